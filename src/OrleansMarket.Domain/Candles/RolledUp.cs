using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>The longer candles that minutes prove.</summary>
public static class RolledUp
{
    /// <summary>Every candle of 5 minutes to a day of which all minutes are given. It keeps the minutes' flags and is no more certain than the least certain of them.</summary>
    /// <param name="minutes">1-minute candles, oldest first, each once.</param>
    public static IReadOnlyList<Candle> From(IReadOnlyList<Candle> minutes)
    {
        var candles = new List<Candle>();
        foreach (var interval in CandleInterval.All)
        {
            if (interval.LengthMicros > Micros.PerMinute)
            {
                candles.AddRange(minutes
                    .GroupBy(minute => interval.OpenOf(minute.OpenTimeMicros))
                    .Where(window => window.Count() == interval.LengthMicros / Micros.PerMinute)
                    .Select(window => Join(interval, [.. window])));
            }
        }

        return candles;
    }

    private static Candle Join(CandleInterval interval, Candle[] minutes)
    {
        var window = new CandleWindow();
        window.Reset(interval.OpenOf(minutes[0].OpenTimeMicros));
        foreach (var minute in minutes)
        {
            window.Merge(in minute);
        }

        if (window.TradeCount == 0)
        {
            window.Open = window.High = window.Low = window.Close = minutes[^1].Close;
            window.Flags |= CandleFlags.Carried;
        }

        return window.ToCandle(interval, minutes.Min(minute => minute.Status), minutes.Sum(minute => minute.MissingIds));
    }
}
