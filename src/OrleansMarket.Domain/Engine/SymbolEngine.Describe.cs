using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Engine;

/// <content>What the engine knows, for queries.</content>
public sealed partial class SymbolEngine
{
    /// <summary>Gets counts of what was taken and refused.</summary>
    public TradeCounts Counts =>
        new(_counts.Trades, _counts.Duplicates, _counts.Late, _counts.Gaps, _counts.RepairedIds, _counts.Refused);

    /// <summary>Gets the silence that the symbol's own rate of trades explains, seconds; longer is stale.</summary>
    public double ExplainedSilenceSeconds => _rate.ExplainedSilenceSeconds;

    /// <summary>Gets the gaps that can still be filled, by id.</summary>
    public IReadOnlyList<Gap> Gaps => [.. _ledger.Gaps.Select(gap => gap.ToGap())];

    /// <summary>Gets the figures as of <see cref="SettledToMicros"/>.</summary>
    public MarketFigures Figures => _analytics.Describe();

    /// <summary>Gets the quote volume of the last 1,440 settled minutes, quote units.</summary>
    public double QuoteVolume24h => _analytics.QuoteVolume24h;

    /// <summary>Gets the price 24 h before the last settled minute, scaled; 0 when it is not known.</summary>
    public long Price24hAgo => _analytics.Price24hAgo;

    /// <summary>The windows of an interval that are not settled yet, oldest first: those that wait behind a gap, and the running one.</summary>
    public IReadOnlyList<Candle> LiveCandles(CandleInterval interval)
    {
        if (interval == CandleInterval.OneSecond)
        {
            return LiveCandles(_seconds);
        }

        return interval == CandleInterval.OneMinute
            ? LiveCandles(_minutes)
            : LiveRollups(_rollups.First(rollup => rollup.Interval == interval));
    }

    private List<Candle> LiveCandles(CandleBook book)
    {
        var candles = new List<Candle>();
        foreach (var window in book.Live)
        {
            if (window is { Settled: false, TradeCount: > 0 })
            {
                candles.Add(Running(book, window));
            }
        }

        return candles;
    }

    /// <summary>A rollup holds its settled minutes; those still live are merged into a copy.</summary>
    private List<Candle> LiveRollups(CandleBook book)
    {
        var windows = new SortedDictionary<long, CandleWindow>();
        foreach (var window in book.Live)
        {
            if (!window.Settled && window.TradeCount > 0)
            {
                var copy = new CandleWindow();
                copy.Reset(window.OpenMicros);
                copy.Merge(window.ToCandle(book.Interval, CandleStatus.Open, 0));
                copy.Flags = window.Flags;
                copy.LostIds = window.LostIds;
                windows.Add(window.OpenMicros, copy);
            }
        }

        foreach (var minute in _minutes.Live)
        {
            if (minute is { Settled: false, TradeCount: > 0 })
            {
                var open = book.Interval.OpenOf(minute.OpenMicros);
                if (!windows.TryGetValue(open, out var window))
                {
                    window = new CandleWindow();
                    window.Reset(open);
                    windows.Add(open, window);
                }

                window.Merge(minute.ToCandle(CandleInterval.OneMinute, CandleStatus.Open, 0));
            }
        }

        return [.. windows.Values.Select(window => Running(book, window))];
    }

    private Candle Running(CandleBook book, CandleWindow window)
    {
        var end = window.OpenMicros + book.Interval.LengthMicros;
        var candle = window.ToCandle(
            book.Interval,
            end <= Math.Max(_lastTradeMicros, _tickMicros) ? CandleStatus.Provisional : CandleStatus.Open,
            MissingIn(book, window));
        return window.OpenMicros < _completeFromMicros && (window.Flags & CandleFlags.FromExchange) == 0
            ? candle with { Flags = candle.Flags | CandleFlags.Partial }
            : candle;
    }
}
