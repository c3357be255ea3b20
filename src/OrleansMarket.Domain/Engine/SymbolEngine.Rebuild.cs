using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <content>Minutes made anew from trades that were read again.</content>
public sealed partial class SymbolEngine
{
    /// <summary>
    /// Replaces a settled minute, its seconds and the longer candles around it, each as a new revision; figures and alerts follow. Sweeps stay as
    /// they were seen. A minute that still runs, or waits behind a gap, is left alone: its trades come by id.
    /// </summary>
    /// <returns>Whether the minute was replaced; it is not when the trades give the candle that is there.</returns>
    public bool Rebuild(CandleRebuild rebuild)
    {
        var open = rebuild.OpenTimeMicros;
        var end = open + Micros.PerMinute;
        if (end >= _boundaryMicros || rebuild.Prints.Count == 0 || _ledger.Touches(open, end))
        {
            return false;
        }

        var stored = rebuild.Stored.ToDictionary(candle => (candle.Interval, candle.OpenTimeMicros));
        var before = Settled(_minutes, open, stored);
        var window = Gather(CandleInterval.OneMinute, open, rebuild.Prints);
        if (before is { } known && known.EqualsKline(window.ToCandle(CandleInterval.OneMinute, known.Status, 0)))
        {
            return false;
        }

        for (var second = open; second < end; second += Micros.PerSecond)
        {
            RebuildSecond(second, rebuild.Prints, stored);
        }

        var minute = Replace(_minutes, open, window, before);
        CarryOn(_minutes, in minute, stored);
        foreach (var rollup in _rollups)
        {
            RebuildRollup(rollup, before, in minute, stored);
        }

        if (minute.LastId + 1 == _nextOrderedId)
        {
            _settledClose = minute.Close;
        }

        _analytics.OnMinuteRevised(in minute);
        Amend(open);
        return true;
    }

    private static CandleWindow Gather(CandleInterval interval, long open, IEnumerable<Print> prints)
    {
        var window = new CandleWindow();
        window.Reset(open);
        foreach (var print in prints)
        {
            if (interval.OpenOf(print.TradeTimeMicros) == open)
            {
                window.Add(in print);
            }
        }

        return window;
    }

    /// <summary>A settled window as it was last reported, from the live ones or from the store.</summary>
    private static Candle? Settled(CandleBook book, long open, Dictionary<(CandleInterval, long), Candle> stored) =>
        book.Find(open) is { Settled: true } live ? live.ToCandle(book.Interval, CandleStatus.Complete, 0)
        : stored.TryGetValue((book.Interval, open), out var candle) ? candle
        : null;

    private void RebuildSecond(long open, IReadOnlyList<Print> prints, Dictionary<(CandleInterval, long), Candle> stored)
    {
        var before = Settled(_seconds, open, stored);
        var window = Gather(CandleInterval.OneSecond, open, prints);
        if (window.TradeCount == 0)
        {
            if (before is not { TradeCount: > 0 })
            {
                return;
            }

            // Trades that the exchange does not know: nothing happened, the price before goes on.
            var earlier = prints.LastOrDefault(print => print.TradeTimeMicros < open);
            window.Carry(earlier.Price > 0 ? earlier.Price : prints[0].Price);
        }

        if (before is not { } old || !old.EqualsKline(window.ToCandle(CandleInterval.OneSecond, old.Status, 0)))
        {
            var second = Replace(_seconds, open, window, before);
            _analytics.OnSecondRevised(in second);
        }
    }

    private void RebuildRollup(CandleBook book, Candle? minuteBefore, in Candle minute, Dictionary<(CandleInterval, long), Candle> stored)
    {
        var open = book.Interval.OpenOf(minute.OpenTimeMicros);
        if ((book.Find(open) is { } live ? live.ToCandle(book.Interval, CandleStatus.Open, 0) : Settled(book, open, stored)) is not { } before)
        {
            return;
        }

        var window = new CandleWindow();
        window.Reset(open);
        var settledTo = Math.Min(before.EndMicros, CandleInterval.OneMinute.OpenOf(_boundaryMicros - 1));
        for (var at = open; at < settledTo; at += Micros.PerMinute)
        {
            if (at == minute.OpenTimeMicros)
            {
                window.Merge(in minute);
            }
            else if (Settled(_minutes, at, stored) is { } other)
            {
                window.Merge(in other);
            }
        }

        if (window.TradeCount - minute.TradeCount == before.TradeCount - (minuteBefore?.TradeCount ?? 0))
        {
            var rebuilt = Replace(book, open, window, before);
            CarryOn(book, in rebuilt, stored);
        }
    }

    /// <summary>The settled windows without trades behind a replaced one carry its close.</summary>
    private void CarryOn(CandleBook book, in Candle replaced, Dictionary<(CandleInterval, long), Candle> stored)
    {
        for (var open = replaced.EndMicros; book.Find(open) is not { Halted: true } && Settled(book, open, stored) is { TradeCount: 0 } carried && carried.Close != replaced.Close; open += book.Interval.LengthMicros)
        {
            if (book.Find(open) is null)
            {
                var restored = book.At(open);
                (restored.Settled, restored.Revision, restored.Flags) = (true, carried.Revision, carried.Flags);
            }

            var window = book.At(open);
            window.Carry(replaced.Close);
            Revise(window);
            var candle = Report(book, window);
            if (book == _minutes)
            {
                _analytics.OnMinuteRevised(in candle);
            }
        }

        book.Prune(_ledger);
    }

    /// <summary>Puts a window in the place of what was reported; one that still runs is only corrected.</summary>
    private Candle Replace(CandleBook book, long open, CandleWindow next, Candle? before)
    {
        const CandleFlags Kept = CandleFlags.Partial | CandleFlags.FromExchange;
        var runs = book.Find(open) is { Settled: false };
        var window = book.At(open);
        var (lost, flags) = (window.LostIds, window.Flags | (before?.Flags ?? CandleFlags.None));
        window.Take(next);
        window.Flags = next.Flags | CandleFlags.Repaired | (book == _minutes || book == _seconds ? CandleFlags.None : flags & Kept);
        window.LostIds = book == _minutes || book == _seconds ? 0 : lost;
        window.Revision = before?.Revision ?? 0;
        if (runs)
        {
            return window.ToCandle(book.Interval, CandleStatus.Open, 0);
        }

        window.Settled = true;
        Revise(window);
        var candle = Report(book, window);
        book.Prune(_ledger);
        return candle;
    }
}
