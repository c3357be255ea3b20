using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <content>Recorded ticks, the exchange's last id, and gaps that grow old.</content>
public sealed partial class SymbolEngine
{
    // Of a tick that comes later than this we cannot say that we listened since the one before: a clock was set, or the machine slept.
    private const long LongestTickMicros = 10 * Micros.PerSecond;

    // What a process may take to connect, beyond the silence that the symbol's own rate explains.
    private const long StartMicros = Micros.PerMinute;

    /// <summary>
    /// A recorded tick of the wall clock: closes the seconds of a quiet symbol after the grace, ages gaps, and evaluates data-quality rules.
    /// </summary>
    /// <param name="wallMicros">Now, corrected to the exchange's clock as far as its offset is known, µs. A tick that runs backwards is ignored.</param>
    /// <param name="reading">What the pipeline says of itself.</param>
    public void Tick(long wallMicros, in PipelineReading reading)
    {
        if (wallMicros <= _tickMicros)
        {
            return;
        }

        var passed = wallMicros - _tickMicros;
        if (_isNew || _listenedMicros < StartMicros)
        {
            // The exchange's clock is known only now: nobody waited for a gap that long.
            _ledger.Postpone(passed - LongestTickMicros);
        }

        _listenedMicros += Math.Min(passed, LongestTickMicros);
        _tickMicros = wallMicros;
        _ledger.StampNew(wallMicros);
        AgeGaps();
        FlushRevisions();
        AmendAlerts();
        if (_ledger.NextId < 0)
        {
            return;
        }

        _rate.Tick(wallMicros, _counts.Trades);
        if (!reading.TradingExpected && !_restExpected)
        {
            _haltedMicros = wallMicros;
        }

        _restExpected = !reading.TradingExpected;
        if (_waiting.Count == 0 && _ledger.OpenCount == 0 && !_tailIsUnknown)
        {
            CloseByClock(wallMicros - _graceMicros);
        }

        EvaluateQuality(in reading);
    }

    /// <summary>
    /// Trades may have been missed since the last one: the process was down, or the stream was interrupted. Nothing is closed by clock until a
    /// later id or the exchange's own last id shows whether they were.
    /// </summary>
    /// <param name="wallMicros">Now, from which the patience with gaps counts, µs.</param>
    public void OnInterrupted(long wallMicros)
    {
        _tickMicros = Math.Max(_tickMicros, wallMicros);
        _tailIsUnknown = _ledger.NextId >= 0;
        _interruptedMicros = Math.Max(_interruptedMicros + 1, wallMicros);
    }

    /// <summary>
    /// A process takes over this engine, from a stored state or anew. Trades may have been missed, as after an interruption; and that nobody listened since
    /// the last one makes no feed stale and no gap old: silence and patience count from now on.
    /// </summary>
    /// <param name="wallMicros">Now, µs.</param>
    public void OnStarted(long wallMicros)
    {
        if (_tickMicros > 0)
        {
            _ledger.Postpone(wallMicros - _tickMicros);
        }

        OnInterrupted(wallMicros);
        _isNew = true;
        _listenedMicros = 0;
    }

    /// <summary>
    /// The exchange's own last id, as of an instant: ids beyond ours are a hole at the tail; the same id proves that nothing is missing so far.
    /// An answer older than what we hold says nothing.
    /// </summary>
    /// <param name="exchangeLastId">The exchange's last id.</param>
    /// <param name="askedMicros">Every trade before it has an id up to that one, exchange clock, µs.</param>
    /// <param name="interruptedMicros">
    /// Which interruption was the last one when the exchange was asked (<see cref="InterruptedMicros"/>): an answer from before another one does not tell what that one lost.
    /// </param>
    public void ConfirmLastId(long exchangeLastId, long askedMicros, long interruptedMicros)
    {
        _tailIsUnknown &= interruptedMicros != _interruptedMicros;
        if (_ledger.OpenTail(exchangeLastId, askedMicros, _tickMicros, out var gap))
        {
            _counts.Gaps++;
            _observer.OnGap(in gap);
        }
        else if (_ledger.NextId > 0 && exchangeLastId == _ledger.NextId - 1 && _ledger.OpenCount == 0 && _waiting.Count == 0)
        {
            Prove(askedMicros);
            if (askedMicros >= _boundaryMicros)
            {
                AdvanceTo(askedMicros);
            }
        }
    }

    /// <summary>Lets analytics go on without every gap that is open now: a recording has nothing more to repair them with.</summary>
    public void GiveUpGaps()
    {
        for (var index = _ledger.Gaps.Count - 1; index >= 0; index--)
        {
            if (_ledger.Gaps[index] is { State: GapState.Open } gap)
            {
                GiveUp(gap);
            }
        }
    }

    private void CloseByClock(long micros)
    {
        if (micros - _boundaryMicros > LongestStepMicros)
        {
            Break(micros);
        }

        _leavesOut = _haltedMicros > 0;
        while (_boundaryMicros <= micros)
        {
            EndSecond();
        }
    }

    private void AgeGaps()
    {
        for (var index = _ledger.Gaps.Count - 1; index >= 0; index--)
        {
            var gap = _ledger.Gaps[index];
            var age = _tickMicros - gap.OpenedTickMicros;
            if (gap.State == GapState.Open && age > _patienceMicros)
            {
                GiveUp(gap);
            }

            if (gap.State == GapState.GivenUp && age > _retentionMicros && gap.Ids.Last < _nextOrderedId)
            {
                Expire(gap);
            }
        }
    }

    /// <summary>The gap will not be filled any more: its windows stay incomplete for good.</summary>
    private void Expire(LedgerGap gap)
    {
        Lose(_seconds, gap);
        Lose(_minutes, gap);

        // A minute that is not settled yet hands its loss on when it is merged.
        if (gap.AfterMicros < CandleInterval.OneMinute.OpenOf(_boundaryMicros - 1))
        {
            foreach (var rollup in _rollups)
            {
                Lose(rollup, gap);
            }
        }

        var expired = _ledger.Expire(gap);
        _observer.OnGap(in expired);
    }

    private static void Lose(CandleBook book, LedgerGap gap)
    {
        foreach (var window in book.Live)
        {
            var end = window.OpenMicros + book.Interval.LengthMicros;
            var isHidden = window is { Settled: true, TradeCount: 0 } && book.LastTradedBefore(window) is { } traded && traded.LastId < gap.Ids.First
                && traded.OpenMicros + book.Interval.LengthMicros > gap.AfterMicros;
            if (gap.AfterMicros < end && (gap.BeforeMicros >= window.OpenMicros || isHidden))
            {
                window.LostIds += gap.Ids.Count;
            }
        }
    }

    /// <summary>A source that loses trades without end: the oldest gaps are given up for good.</summary>
    private void BoundGaps()
    {
        while (_ledger.Gaps.Count > _maxGaps)
        {
            // With all pieces of the hole, or filling the rest would look like its repair.
            for (var hole = _ledger.Gaps[0].Origin; _ledger.Gaps.Count > 0 && _ledger.Gaps[0] is var gap && gap.Origin == hole;)
            {
                if (gap.State == GapState.Open)
                {
                    GiveUp(gap);
                }

                Expire(gap);
            }
        }
    }

    private void GiveUp(LedgerGap gap)
    {
        var givenUp = _ledger.GiveUp(gap);
        _observer.OnGap(in givenUp);
        Drain();
    }

    private void EvaluateQuality(in PipelineReading reading)
    {
        var oldest = long.MaxValue;
        foreach (var gap in _ledger.Gaps)
        {
            oldest = Math.Min(oldest, gap.OpenedTickMicros);
        }

        // Before its first trade a process cannot tell silence from not having listened, until it has listened for long enough itself.
        var cannotTell = _isNew && _listenedMicros < StartMicros + (long)(_rate.ExplainedSilenceSeconds * Micros.PerSecond);
        var silence = (_tickMicros - _lastTradeMicros) / (double)Micros.PerSecond;
        _quality.TimeMicros = _tickMicros / Micros.PerSecond * Micros.PerSecond;
        _quality.Price = _lastPrice;
        _quality.Completeness = _completeness.Share;
        _quality[Signal.StaleFeed] = _lastTradeMicros == 0 || cannotTell
            ? Figure.None(FigureStatus.NoData)
            : Figure.Of(reading.TradingExpected ? Math.Max(0, silence - _rate.ExplainedSilenceSeconds) : 0, 1);
        _quality[Signal.GapOpen] = Figure.Of(oldest == long.MaxValue ? 0 : (_tickMicros - oldest) / (double)Micros.PerSecond, 1);
        _quality[Signal.Lag] = Reading(reading.LagP99Seconds);
        _quality[Signal.DeadLetterRate] = Reading(reading.DeadLettersPerThousand);
        _quality[Signal.SourceDeviation] = Reading(reading.SourceDeviationPercent);
        _qualityAlerts.Evaluate(_quality);

        static Figure Reading(double value) => double.IsNaN(value) ? Figure.None(FigureStatus.NoData) : Figure.Of(value, 1);
    }
}
