using System.Text.Json.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Streaming;

/// <summary>The data of one event: exactly one payload is present, under the name of the event.</summary>
public sealed record StreamEvent
{
    /// <summary>Gets the number of the event; rises.</summary>
    public required long Id { get; init; }

    /// <summary>Gets the pair; for a price the asset against the dollar (BTCUSD).</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets a trade (sampled).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TradeView? Trade { get; init; }

    /// <summary>Gets a candle that closed, was revised, or is running.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CandleView? Candle { get; init; }

    /// <summary>Gets the symbol's line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SymbolOverview? Market { get; init; }

    /// <summary>Gets a whale sweep.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WhaleView? Whale { get; init; }

    /// <summary>Gets an alert.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlertView? Alert { get; init; }

    /// <summary>Gets a gap.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GapView? Gap { get; init; }

    /// <summary>Gets an asset's price in USD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AssetPrice? Price { get; init; }

    /// <summary>Gets the name of the event; <see langword="null"/> when nothing is in it.</summary>
    [JsonIgnore]
    public string? Kind => this switch
    {
        { Trade: not null } => "trade",
        { Candle: not null } => "candle",
        { Market: not null } => "market",
        { Whale: not null } => "whale",
        { Alert: not null } => "alert",
        { Gap: not null } => "gap",
        { Price: not null } => "price",
        _ => null,
    };

    internal static StreamEvent From(MarketEvent item) => new()
    {
        Id = item.Id,
        Symbol = item.Symbol,
        Trade = item.Trade,
        Candle = item.Candle,
        Market = item.Overview,
        Whale = item.Whale,
        Alert = item.Alert,
        Gap = item.Gap,
        Price = item.Price,
    };
}
