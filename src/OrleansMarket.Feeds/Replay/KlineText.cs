using System.Globalization;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Writes candles as the exchange does: the 12 kline columns, every number exact with 8 decimals.</summary>
/// <remarks>Source: Binance Spot API, "Kline/Candlestick data", and the klines files of binance/binance-public-data.</remarks>
public static class KlineText
{
    /// <summary>Writes one CSV row with its line feed.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="spec">The candle's scale.</param>
    /// <param name="candle">The candle.</param>
    /// <param name="microseconds">Whether times are written in µs, as the exchange's files have it from 2025 on, or in ms.</param>
    public static void WriteCsv(TextWriter writer, SymbolSpec spec, in Candle candle, bool microseconds)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(spec);
        writer.Write(OpenTime(in candle, microseconds));
        writer.Write(',');
        writer.Write(Number(candle.Open, spec.PriceDecimals));
        writer.Write(',');
        writer.Write(Number(candle.High, spec.PriceDecimals));
        writer.Write(',');
        writer.Write(Number(candle.Low, spec.PriceDecimals));
        writer.Write(',');
        writer.Write(Number(candle.Close, spec.PriceDecimals));
        writer.Write(',');
        writer.Write(Number(candle.Volume, spec.QuantityDecimals));
        writer.Write(',');
        writer.Write(CloseTime(in candle, microseconds));
        writer.Write(',');
        writer.Write(Number(candle.QuoteVolume, spec.QuoteDecimals));
        writer.Write(',');
        writer.Write(candle.TradeCount);
        writer.Write(',');
        writer.Write(Number(candle.TakerBuyVolume, spec.QuantityDecimals));
        writer.Write(',');
        writer.Write(Number(candle.TakerBuyQuoteVolume, spec.QuoteDecimals));
        writer.Write(",0\n");
    }

    /// <summary>The window's start in the wanted unit.</summary>
    public static long OpenTime(in Candle candle, bool microseconds) =>
        microseconds ? candle.OpenTimeMicros : candle.OpenTimeMicros / Micros.PerMillisecond;

    /// <summary>The last µs or ms of the window.</summary>
    public static long CloseTime(in Candle candle, bool microseconds) =>
        (microseconds ? candle.EndMicros : candle.EndMicros / Micros.PerMillisecond) - 1;

    /// <summary>A scaled number with exactly 8 decimals.</summary>
    public static string Number(Int128 scaled, int decimals)
    {
        var digits = (scaled * ScaledNumber.PowerOfTen(SymbolSpec.MaxDecimals - decimals)).ToString("D9", CultureInfo.InvariantCulture);
        return string.Concat(digits.AsSpan(0, digits.Length - SymbolSpec.MaxDecimals), ".", digits.AsSpan(digits.Length - SymbolSpec.MaxDecimals));
    }
}
