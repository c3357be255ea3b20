using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Prints a trade as one line.</summary>
internal static class TradeLines
{
    /// <summary>The way to print for a value of <c>--format</c>.</summary>
    public static Func<TradeView, string> Of(string format) => format == "json" ? Json : Text;

    private static string Json(TradeView trade) => JsonSerializer.Serialize(trade, MarketJson.TextNumbers);

    private static string Text(TradeView trade) => string.Create(
        CultureInfo.InvariantCulture,
        $"{trade.TradeTime.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}  {trade.Symbol,-12} {(trade.IsBuyerMaker ? "sell" : "buy"),-4} {Plain(trade.Quantity),18} @ {Plain(trade.Price),-18} id {Ids(trade)}  {trade.LatencyMs:0.0} ms");

    // The log keeps the widest scale asked for; zeros at the end say nothing.
    private static string Plain(decimal number) => number.ToString("0.########", CultureInfo.InvariantCulture);

    private static string Ids(TradeView trade) => trade.LastTradeId == trade.TradeId
        ? trade.TradeId.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{trade.TradeId}..{trade.LastTradeId}");
}
