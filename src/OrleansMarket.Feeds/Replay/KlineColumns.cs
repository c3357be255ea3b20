using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>The 12 columns of a kline, in dumps and in REST answers alike.</summary>
/// <remarks>Source: Binance Spot API, "Kline/Candlestick data". The close time is the last ms or µs of the window.</remarks>
internal static class KlineColumns
{
    /// <summary>The columns, for error messages.</summary>
    public const string Names =
        "open time, open, high, low, close, volume, close time, quote volume, trades, taker buy base, taker buy quote, ignored";

    /// <summary>The interval that open and close time span, or <see langword="null"/> when we build none of that length.</summary>
    public static CandleInterval? IntervalOf(ref DumpRow row)
    {
        if (!long.TryParse(row[0], out var open) || !long.TryParse(row[6], out var close))
        {
            return null;
        }

        var length = Micros.FromEpoch(close + 1) - Micros.FromEpoch(open);
        foreach (var interval in CandleInterval.All)
        {
            if (interval.LengthMicros == length)
            {
                return interval;
            }
        }

        return null;
    }

    /// <summary>Reads a kline; on <see langword="false"/> the row says what is wrong with it.</summary>
    public static bool TryRead(scoped ref DumpRow row, SymbolSpec spec, CandleInterval interval, out Candle candle)
    {
        candle = default;
        if (!row.HasColumns(12, 12, Names))
        {
            return false;
        }

        candle = new Candle
        {
            Interval = interval,
            OpenTimeMicros = row.Time(0),
            Open = row.Price(1, spec),
            High = row.Price(2, spec),
            Low = row.Price(3, spec),
            Close = row.Price(4, spec),
            Volume = row.Amount(5, "volume", spec.QuantityDecimals),
            QuoteVolume = row.Amount(7, "quote volume", spec.QuoteDecimals),
            TradeCount = row.Id(8, "trades"),
            TakerBuyVolume = row.Amount(9, "taker buy base", spec.QuantityDecimals),
            TakerBuyQuoteVolume = row.Amount(10, "taker buy quote", spec.QuoteDecimals),
            FirstId = -1,
            LastId = -1,
            Status = CandleStatus.Verified,
            Flags = CandleFlags.FromExchange,
        };
        return row.Error is null;
    }
}
