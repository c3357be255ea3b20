using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Makes an exchange's klines of a simulated tape.</summary>
internal static class SimulatedKlines
{
    /// <summary>The klines whose open time lies in [from, to), as far as the tape is known.</summary>
    public static IReadOnlyList<Candle> Make(
        MarketModel model, CandleInterval interval, long fromMicros, long toMicros, long knownMicros, long maxTrades, CancellationToken cancellationToken)
    {
        var length = interval.LengthMicros;
        var first = Micros.Floor(Math.Max(fromMicros, MarketModel.StartMicros + length) + length - 1, length);
        var end = Math.Min(Micros.Floor(toMicros + length - 1, length), Micros.Floor(knownMicros + length - 1, length));
        if (first >= end)
        {
            return [];
        }

        first = StartWithin(model, first, end, length, model.FirstIdAt(Math.Min(end, knownMicros)) - maxTrades);
        var candles = new List<Candle>((int)Math.Min(1_000_000, (end - first) / length));
        var close = model.Newest(first - 1, 1)[0].Price;
        var running = Empty(interval, first, close);
        foreach (var print in model.From(first))
        {
            if (print.TradeTimeMicros >= end || print.TradeTimeMicros >= knownMicros)
            {
                break;
            }

            while (print.TradeTimeMicros >= running.EndMicros)
            {
                cancellationToken.ThrowIfCancellationRequested();
                candles.Add(running);
                running = Empty(interval, running.EndMicros, running.Close);
            }

            running = With(in running, in print);
        }

        for (; running.OpenTimeMicros < end; running = Empty(interval, running.EndMicros, running.Close))
        {
            candles.Add(running);
        }

        if (candles[^1].EndMicros > knownMicros)
        {
            candles[^1] = candles[^1] with { Status = CandleStatus.Open };
        }

        return candles;
    }

    /// <summary>The first window that holds only ids from the given one on.</summary>
    private static long StartWithin(MarketModel model, long first, long end, long length, long fromId)
    {
        if (model.FirstIdAt(first) >= fromId)
        {
            return first;
        }

        var (below, above) = (0L, (end - first) / length);
        while (above - below > 1)
        {
            var middle = (below + above) / 2;
            (below, above) = model.FirstIdAt(first + (middle * length)) >= fromId ? (below, middle) : (middle, above);
        }

        return first + (Math.Min(above, ((end - first) / length) - 1) * length);
    }

    private static Candle Empty(CandleInterval interval, long open, long price) =>
        Candle.Carried(interval, open, price, CandleStatus.Verified) with { Flags = CandleFlags.FromExchange | CandleFlags.Carried };

    private static Candle With(in Candle candle, in Print print)
    {
        var isFirst = candle.TradeCount == 0;
        var bought = print.Taker == TakerSide.Buy;
        return candle with
        {
            Open = isFirst ? print.Price : candle.Open,
            High = isFirst ? print.Price : Math.Max(candle.High, print.Price),
            Low = isFirst ? print.Price : Math.Min(candle.Low, print.Price),
            Close = print.Price,
            Volume = candle.Volume + print.Quantity,
            QuoteVolume = candle.QuoteVolume + print.QuoteAmount,
            TakerBuyVolume = candle.TakerBuyVolume + (bought ? print.Quantity : 0),
            TakerBuyQuoteVolume = candle.TakerBuyQuoteVolume + (bought ? print.QuoteAmount : 0),
            TradeCount = candle.TradeCount + 1,
            Flags = CandleFlags.FromExchange,
        };
    }
}
