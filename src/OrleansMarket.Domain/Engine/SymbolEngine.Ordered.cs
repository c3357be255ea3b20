using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <content>Stage two: the ordered tape, its seconds and minutes.</content>
public sealed partial class SymbolEngine
{
    private static readonly Predicate<Signal> AnySignal = static _ => true;

    private void Order(in Print print)
    {
        if (_waiting.Count == 0 && print.FirstId == _nextOrderedId)
        {
            Release(in print);
            return;
        }

        if (print.LastId < _nextOrderedId)
        {
            // It fills a gap that was given up: candles and sweeps are revised, the tape has moved on.
            _analytics.OnLatePrint(in print);
            if (IsNewestOrdered(in print))
            {
                _analytics.OnNewestPrice(print.Price);
                _settledClose = print.Price;
            }

            return;
        }

        _waiting.Add(in print);
        Announce(in print);
        Drain();
        if (_waiting.Count > _maxWaiting && _ledger.FindAt(_nextOrderedId) is { } gap)
        {
            GiveUp(gap);
        }
    }

    /// <summary>Tells of a print behind the ordered tape whether every id between is missing, so that its price is the tape's last.</summary>
    private bool IsNewestOrdered(in Print print) =>
        print.LastId + 1 == _nextOrderedId || (_ledger.FindAt(print.LastId + 1) is { } gap && gap.Ids.Last + 1 == _nextOrderedId);

    private void Drain()
    {
        while (true)
        {
            if (_waiting.TryTake(_nextOrderedId, out var print))
            {
                _wasHeld = true;
                Release(in print);
            }
            else if (_ledger.FindAt(_nextOrderedId) is { State: GapState.GivenUp } hole)
            {
                _analytics.OnHole(hole.Ids);
                _nextOrderedId = hole.Ids.Last + 1;
            }
            else
            {
                break;
            }
        }

        _wasHeld = false;
    }

    /// <summary>Gives the ordered tape its next print.</summary>
    private void Release(in Print print)
    {
        Prove(print.TradeTimeMicros);
        if (print.TradeTimeMicros >= _boundaryMicros)
        {
            AdvanceTo(print.TradeTimeMicros);
        }

        _haltedMicros = print.TradeTimeMicros >= _haltedMicros ? 0 : _haltedMicros;
        _analytics.OnPrint(in print);
        _settledClose = print.Price;
        _nextOrderedId = print.LastId + 1;
        if (_revisionsWait && _ledger.OpenCount == 0)
        {
            FlushRevisions();
        }
    }

    /// <summary>Ends every second up to the one that holds an instant.</summary>
    private void AdvanceTo(long micros)
    {
        if (micros - _boundaryMicros > LongestStepMicros)
        {
            Break(micros);
        }

        _leavesOut = _haltedMicros > 0 && micros >= _haltedMicros;
        while (_boundaryMicros <= micros)
        {
            EndSecond();
        }
    }

    private void EndSecond()
    {
        var end = _boundaryMicros;
        Settle(_seconds, end);
        if (end % Micros.PerMinute == 0)
        {
            EndMinute(end);
        }

        _frame.TimeMicros = end;
        _frame.IsLate = _wasHeld;
        _frame.Price = _settledClose;
        _frame.Completeness = _completeness.Share;
        _analytics.OnSecond(end, _frame);
        _marketAlerts.Evaluate(_frame, _qualityAlerts.FiringQualityRule);
        if (_marketAlerts.FiredAt(end, AnySignal))
        {
            _analytics.Remember(_marketAlerts.FiredAt(end, MarketAnalytics.IsOfSeconds), time => _marketAlerts.FiredAt(time, AnySignal));
        }

        _observer.OnSecond(_frame);
        _boundaryMicros = end + Micros.PerSecond;
    }

    private void EndMinute(long end)
    {
        var open = end - Micros.PerMinute;
        var window = _minutes.At(open);
        if (_leavesOut && window.TradeCount == 0 && MissingIn(_minutes, window) == 0)
        {
            LeaveOut(window, end);
            return;
        }

        var candle = SettleWindow(_minutes, window);
        _completeness.Add(candle.TradeCount, candle.MissingIds);
        foreach (var rollup in _rollups)
        {
            var longer = rollup.At(open);
            longer.Merge(in candle);
            longer.LostIds += window.LostIds;
        }

        _analytics.OnMinute(in candle);
        SettleRollups(end);
    }

    /// <summary>A minute of a halt is no candle: no price is carried into it, and neither sweep nor return spans it.</summary>
    private void LeaveOut(CandleWindow window, long end)
    {
        window.Halted = window.Settled = true;
        window.Proven = end <= _provenMicros;
        _unproven |= !window.Proven;
        _completeness.Add(0, 0);
        _analytics.OnHole(new IdRange(_nextOrderedId, _nextOrderedId - 1));
        var candle = window.ToCandle(CandleInterval.OneMinute, CandleStatus.Provisional, missingIds: 0);
        _analytics.OnMinute(in candle);
        SettleRollups(end);
        _minutes.Prune(_ledger);
    }

    private void SettleRollups(long end)
    {
        foreach (var rollup in _rollups)
        {
            if (end % rollup.Interval.LengthMicros == 0)
            {
                Settle(rollup, end);
            }
        }
    }

    /// <summary>Settles the window of a book that ends at an instant, when it was ever touched.</summary>
    private void Settle(CandleBook book, long end)
    {
        if (book.Find(end - book.Interval.LengthMicros) is { } window)
        {
            SettleWindow(book, window);
        }
    }

    private Candle SettleWindow(CandleBook book, CandleWindow window)
    {
        if (window.OpenMicros < _completeFromMicros && (window.Flags & CandleFlags.FromExchange) == 0)
        {
            window.Flags |= CandleFlags.Partial;
        }

        if (window.TradeCount == 0)
        {
            window.Carry(_settledClose);
            window.LostIds += LostBefore(book, window);
        }

        window.Settled = true;
        if (window.Dirty)
        {
            Revise(window);
        }

        var candle = Report(book, window);
        book.Prune(_ledger);
        return candle;
    }

    private static void Revise(CandleWindow window)
    {
        window.Dirty = false;
        window.Revision++;
        window.Flags |= CandleFlags.Repaired;
    }

    /// <summary>Judges a settled window and tells the observer. A window without trades is told only when nothing is missing there, or when it was told before.</summary>
    private Candle Report(CandleBook book, CandleWindow window)
    {
        var end = window.OpenMicros + book.Interval.LengthMicros;
        var missing = MissingIn(book, window);
        window.ReportedMissing = missing;
        window.Proven = end <= _provenMicros;
        _unproven |= !window.Proven;
        if (window.TradeCount == 0 && !window.Halted)
        {
            window.Flags = missing == 0 ? window.Flags | CandleFlags.Carried : window.Flags & ~CandleFlags.Carried;
        }

        var candle = window.ToCandle(
            book.Interval,
            window.Proven && missing == 0 && (window.Flags & CandleFlags.Partial) == 0 ? CandleStatus.Complete : CandleStatus.Provisional,
            missing);
        if (window.TradeCount > 0 || window.Told || (missing == 0 && window.Close > 0))
        {
            window.Told = true;
            _observer.OnCandle(in candle);
        }

        return candle;
    }

    private long MissingIn(CandleBook book, CandleWindow window) =>
        _ledger.MissingIn(window.OpenMicros, window.OpenMicros + book.Interval.LengthMicros) + window.LostIds + HiddenBefore(book, window);

    /// <summary>
    /// How many missing ids decide the price that a window without trades carries, although none of them can belong to it: those between the last
    /// trade before it and the next one known, when the exchange told of them by their last id alone.
    /// </summary>
    private long HiddenBefore(CandleBook book, CandleWindow window)
    {
        var sum = 0L;
        if (window.TradeCount == 0 && _ledger.Gaps.Count > 0 && book.LastTradedBefore(window) is { } traded)
        {
            for (var gap = _ledger.FindAt(traded.LastId + 1); gap is not null; gap = _ledger.FindAt(gap.Ids.Last + 1))
            {
                sum += gap.BeforeMicros < window.OpenMicros ? gap.Ids.Count : 0;
            }
        }

        return sum;
    }

    /// <summary>How many ids that expired decide the price that a window without trades would carry.</summary>
    private long LostBefore(CandleBook book, CandleWindow window)
    {
        if (book.Find(window.OpenMicros - book.Interval.LengthMicros) is not { } before)
        {
            return 0;
        }

        if (before.TradeCount == 0 || before.LastId < 0)
        {
            return before.TradeCount == 0 ? before.LostIds : 0;
        }

        var lost = _nextOrderedId - 1 - before.LastId;
        for (var gap = _ledger.FindAt(before.LastId + 1); gap is not null; gap = _ledger.FindAt(gap.Ids.Last + 1))
        {
            lost -= gap.Ids.Count;
        }

        return Math.Max(0, lost);
    }

    /// <summary>While the tape waits behind a gap, a window whose end has passed is reported once as provisional.</summary>
    private void Announce(in Print print)
    {
        foreach (var window in _minutes.Live)
        {
            var end = window.OpenMicros + Micros.PerMinute;
            if (window is { Settled: false, Announced: false, TradeCount: > 0 } && end <= print.TradeTimeMicros)
            {
                window.Announced = true;
                var candle = window.ToCandle(CandleInterval.OneMinute, CandleStatus.Provisional, MissingIn(_minutes, window));
                _observer.OnCandle(in candle);
            }
        }
    }

    /// <summary>Everything before an instant is known: settled windows without proof rise to complete.</summary>
    private void Prove(long micros)
    {
        if (micros <= _provenMicros)
        {
            return;
        }

        _provenMicros = micros;
        if (!_unproven)
        {
            return;
        }

        _unproven = false;
        ProveBook(_seconds);
        ProveBook(_minutes);
        foreach (var rollup in _rollups)
        {
            ProveBook(rollup);
        }
    }

    private void ProveBook(CandleBook book)
    {
        foreach (var window in book.Live)
        {
            if (window is { Settled: true, Proven: false, Dirty: false })
            {
                if (window.OpenMicros + book.Interval.LengthMicros <= _provenMicros)
                {
                    Report(book, window);
                }
                else
                {
                    _unproven = true;
                }
            }
        }
    }

    /// <summary>Reports windows that changed after they were settled, and lets analytics and alerts follow.</summary>
    private void FlushRevisions()
    {
        if (!_revisionsWait)
        {
            return;
        }

        _revisionsWait = false;
        FlushBook(_seconds);
        var earliest = FlushBook(_minutes);
        foreach (var rollup in _rollups)
        {
            FlushBook(rollup);
        }

        if (earliest < long.MaxValue)
        {
            Amend(earliest);
        }
    }

    /// <summary>Lets figures and alerts follow minutes that changed.</summary>
    private void Amend(long fromMicros)
    {
        _amendFromMicros = Math.Min(_amendFromMicros, fromMicros);
        _analytics.Refill(_frame);
        AmendAlerts();
    }

    /// <summary>Judges past firings again, once nothing more is to come for their time.</summary>
    private void AmendAlerts()
    {
        if (_amendFromMicros < _boundaryMicros && !_ledger.Touches(_amendFromMicros, _boundaryMicros))
        {
            _marketAlerts.OnRevised(_amendFromMicros, _frame, _analytics);
            _amendFromMicros = long.MaxValue;
        }
    }

    /// <summary>
    /// Reports settled windows whose values changed, those without trades that carry a close that changed, and those of which fewer ids are
    /// missing now.
    /// </summary>
    private long FlushBook(CandleBook book)
    {
        var earliest = long.MaxValue;
        CandleWindow? before = null;
        foreach (var window in book.Live)
        {
            if (!window.Settled)
            {
                continue;
            }

            if (window.TradeCount == 0 && !window.Halted && before is not null && before.OpenMicros + book.Interval.LengthMicros == window.OpenMicros && before.Close != window.Close)
            {
                window.Carry(before.Close);
                window.Dirty = true;
            }

            before = window.Halted ? null : window;
            var changed = window.Dirty;
            if (!changed && MissingIn(book, window) == window.ReportedMissing)
            {
                continue;
            }

            if (changed)
            {
                Revise(window);
            }

            earliest = Math.Min(earliest, window.OpenMicros);
            var candle = Report(book, window);
            if (book == _minutes)
            {
                _analytics.OnMinuteRevised(in candle);
            }
            else if (book == _seconds && changed)
            {
                _analytics.OnSecondRevised(in candle);
            }
        }

        book.Prune(_ledger);
        return earliest;
    }

    /// <summary>Time jumped by more than a week: settle what runs, and begin again at the new time without a return across the break.</summary>
    private void Break(long micros)
    {
        var lastMinute = CandleInterval.OneMinute.OpenOf(_boundaryMicros - 1) + Micros.PerMinute;
        while (_boundaryMicros <= lastMinute)
        {
            EndSecond();
        }

        foreach (var rollup in _rollups)
        {
            var end = rollup.Interval.OpenOf(_boundaryMicros - 1) + rollup.Interval.LengthMicros;
            if (rollup.Find(end - rollup.Interval.LengthMicros) is { Settled: false })
            {
                Settle(rollup, end);
            }
        }

        _analytics.OnHole(new IdRange(_nextOrderedId, _nextOrderedId - 1));
        _boundaryMicros = CandleInterval.OneSecond.OpenOf(micros) + Micros.PerSecond;
        _completeFromMicros = micros + 1;
    }
}
