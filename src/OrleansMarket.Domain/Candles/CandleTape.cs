using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>
/// Candles of one symbol from a recording, and nothing else: no analytics, no alerts, no revisions. A window is reported once, when every
/// trade before its end is held or given up. For whoever wants a month of candles in seconds.
/// </summary>
/// <remarks>Not thread-safe. The ledger and the windows are the engine's own, so the values are the same.</remarks>
public sealed class CandleTape
{
    // Ids rise with time, but nobody promises it to the microsecond: a window stays open this much longer than it needs to.
    private const long SlackMicros = 5 * Micros.PerSecond;

    private readonly TradeLedger _ledger = new();
    private readonly CandleBook _base;
    private readonly CandleWindow?[] _rollups;
    private readonly CandleInterval[] _intervals;
    private readonly ISymbolObserver _observer;
    private readonly long _patienceMicros;
    private long _completeFromMicros = long.MaxValue;
    private long _settledMicros = long.MinValue;
    private long _nextSettleMicros;
    private long _trades;
    private long _duplicates;
    private long _late;
    private long _gaps;
    private long _repaired;
    private long _refused;

    /// <summary>Builds a tape.</summary>
    /// <param name="intervals">The windows wanted, at least one.</param>
    /// <param name="patience">How long, by the tape's own time, windows wait for trades that are missing.</param>
    /// <param name="observer">Hears candles and gaps.</param>
    public CandleTape(IEnumerable<CandleInterval> intervals, TimeSpan patience, ISymbolObserver observer)
    {
        _intervals = [.. intervals.Distinct().OrderBy(interval => interval.LengthMicros)];
        ArgumentOutOfRangeException.ThrowIfZero(_intervals.Length, nameof(intervals));
        _observer = observer;
        _patienceMicros = Micros.From(patience);
        _base = new CandleBook(_intervals[0], keepSettled: 0);
        _rollups = new CandleWindow?[_intervals.Length];
    }

    /// <summary>Gets counts of what was taken and refused.</summary>
    public TradeCounts Counts => new(_trades, _duplicates, _late, _gaps, _repaired, _refused);

    /// <summary>Gets the trade time of the newest trade by id, µs.</summary>
    public long LastTradeMicros => _ledger.LastTimeMicros;

    /// <summary>Gets how many trade ids are missing.</summary>
    public long MissingIds => _ledger.MissingIds;

    /// <summary>Declares, before the first print, the first id and the time from which everything is covered: the start of a dump's day.</summary>
    public void ExpectFrom(long firstId, long timeMicros)
    {
        _ledger.ExpectFrom(firstId, timeMicros);
        _completeFromMicros = timeMicros;
    }

    /// <summary>Takes prints in the order of the recording.</summary>
    public void Add(ReadOnlySpan<ReceivedPrint> prints)
    {
        foreach (ref readonly var received in prints)
        {
            var print = received.Print;
            Add(in print);
        }
    }

    /// <summary>Takes one print.</summary>
    public void Add(in Print print)
    {
        if (_ledger.NextId < 0)
        {
            _completeFromMicros = print.FirstId == 0 ? print.TradeTimeMicros : print.TradeTimeMicros + 1;
        }

        var time = print.TradeTimeMicros;
        var verdict = _ledger.Judge(in print, time, out var gap);
        switch (verdict)
        {
            case LedgerVerdict.Duplicate:
                _duplicates += print.TradeCount;
                return;
            case LedgerVerdict.Straddles or LedgerVerdict.TooFarAhead:
                _refused += print.TradeCount;
                return;
            case LedgerVerdict.OpensGap:
                _gaps++;
                break;
            case LedgerVerdict.FillsGap:
                _repaired += print.TradeCount;
                break;
        }

        if (gap is { } changed)
        {
            _observer.OnGap(in changed);
        }

        if (time < _settledMicros)
        {
            // Its window was reported already; the count says so.
            _late += print.TradeCount;
            _refused += print.TradeCount;
            return;
        }

        _trades += print.TradeCount;
        _base.At(time).Add(in print);
        if (time >= _nextSettleMicros)
        {
            Settle(time);
        }
    }

    /// <summary>Says that the tape is complete up to an instant: the end of a dump's day. Of meaning only without open gaps.</summary>
    public void ConfirmEnd(long micros)
    {
        if (_ledger.NextId >= 0 && micros > _ledger.LastTimeMicros)
        {
            SettleTo(micros);
        }
    }

    /// <summary>Reports every window that is left, as far as it goes: the edge of the tape, and what waits behind a gap.</summary>
    public void Finish()
    {
        foreach (var gap in _ledger.Gaps)
        {
            GiveUp(gap);
        }

        SettleTo(_ledger.LastTimeMicros);
        foreach (var window in _base.Live)
        {
            Report(window, _intervals[0], CandleStatus.Provisional);
            RollUp(window);
        }

        for (var index = 1; index < _rollups.Length; index++)
        {
            if (_rollups[index] is { TradeCount: > 0 } rollup)
            {
                Report(rollup, _intervals[index], CandleStatus.Provisional);
            }
        }
    }

    private void Settle(long micros)
    {
        if (_ledger.OpenCount > 0)
        {
            foreach (var gap in _ledger.Gaps)
            {
                if (micros - gap.BeforeMicros > _patienceMicros)
                {
                    GiveUp(gap);
                }
            }
        }

        SettleTo(micros - SlackMicros);
        // With a gap open, look again a second of the tape later; else when the next window ends.
        _nextSettleMicros = _ledger.OpenCount > 0
            ? micros + Micros.PerSecond
            : _base.Interval.OpenOf(micros - SlackMicros) + _base.Interval.LengthMicros + SlackMicros;
    }

    private void GiveUp(LedgerGap gap)
    {
        if (gap.State == GapState.Open)
        {
            var givenUp = _ledger.GiveUp(gap);
            _observer.OnGap(in givenUp);
        }
    }

    /// <summary>Reports, in order, every window that ends before an instant and before the first open gap.</summary>
    private void SettleTo(long micros)
    {
        var proven = micros;
        if (_ledger.OpenCount > 0)
        {
            foreach (var gap in _ledger.Gaps)
            {
                proven = gap.State == GapState.Open ? Math.Min(proven, gap.AfterMicros) : proven;
            }
        }

        while (_base.Live.Count > 0 && _base.Live[0] is var window && window.OpenMicros + _base.Interval.LengthMicros <= proven)
        {
            Report(window, _intervals[0], CandleStatus.Complete);
            RollUp(window);
            _base.RemoveFirst();
        }

        var settled = _base.Interval.OpenOf(proven);
        for (var index = 1; index < _rollups.Length; index++)
        {
            EndRollup(index, settled);
        }

        _settledMicros = Math.Max(_settledMicros, settled);
    }

    private void RollUp(CandleWindow window)
    {
        if (_intervals.Length == 1)
        {
            return;
        }

        var candle = window.ToCandle(_base.Interval, CandleStatus.Complete, 0);
        for (var index = 1; index < _intervals.Length; index++)
        {
            var open = _intervals[index].OpenOf(window.OpenMicros);
            EndRollup(index, open);
            var rollup = _rollups[index] ??= new CandleWindow();
            if (rollup.TradeCount == 0)
            {
                rollup.Reset(open);
            }

            rollup.Merge(in candle);
        }
    }

    private void EndRollup(int index, long settledMicros)
    {
        if (_rollups[index] is { TradeCount: > 0 } rollup && rollup.OpenMicros + _intervals[index].LengthMicros <= settledMicros)
        {
            Report(rollup, _intervals[index], CandleStatus.Complete);
            rollup.Reset(settledMicros);
        }
    }

    private void Report(CandleWindow window, CandleInterval interval, CandleStatus status)
    {
        if (window.OpenMicros < _completeFromMicros)
        {
            window.Flags |= CandleFlags.Partial;
        }

        var missing = _ledger.MissingIn(window.OpenMicros, window.OpenMicros + interval.LengthMicros);
        var candle = window.ToCandle(
            interval, missing > 0 || (window.Flags & CandleFlags.Partial) != 0 ? CandleStatus.Provisional : status, missing);
        _observer.OnCandle(in candle);
    }
}
