using System.Text.Json;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>A candle as the API tells it.</summary>
/// <param name="Values">What an exchange knows of it.</param>
/// <param name="Status">open, provisional, complete or verified.</param>
/// <param name="Flags">partial, repaired, …</param>
/// <param name="MissingIds">Ids known to be missing.</param>
public sealed record ApiCandle(TrueCandle Values, string Status, IReadOnlyList<string> Flags, long MissingIds)
{
    /// <summary>Gets whether the host says that nothing is missing.</summary>
    public bool IsProven => Status is "complete" or "verified";

    /// <summary>Reads one of <c>/candles</c>.</summary>
    public static ApiCandle Read(JsonElement candle) => new(
        new TrueCandle(
            Micros.From(candle.GetProperty("openTime").GetDateTimeOffset()),
            candle.GetProperty("open").GetDecimal(),
            candle.GetProperty("high").GetDecimal(),
            candle.GetProperty("low").GetDecimal(),
            candle.GetProperty("close").GetDecimal(),
            candle.GetProperty("volume").GetDecimal(),
            candle.GetProperty("quoteVolume").GetDecimal(),
            candle.GetProperty("tradeCount").GetInt64(),
            candle.GetProperty("takerBuyVolume").GetDecimal(),
            candle.GetProperty("takerBuyQuoteVolume").GetDecimal(),
            Id(candle, "firstId"),
            Id(candle, "lastId")),
        candle.GetProperty("status").GetString()!,
        [.. candle.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!)],
        candle.GetProperty("missingIds").GetInt64());

    private static long Id(JsonElement candle, string name) =>
        candle.GetProperty(name) is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : -1;
}
