using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>What is done about windows without trades.</summary>
public enum CandleFill : byte
{
    /// <summary>They are left out.</summary>
    None,

    /// <summary>They carry the previous close with zero volume; never across a gap or halt.</summary>
    Previous,
}

/// <summary>Asks for candles.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="Interval">The window.</param>
/// <param name="From">First open time, inclusive; <see langword="null"/> means the newest <paramref name="Limit"/> before <paramref name="To"/>.</param>
/// <param name="To">End, exclusive; <see langword="null"/> means up to now.</param>
/// <param name="Limit">At most this many, 1 to 5,000.</param>
/// <param name="Fill">What is done about empty windows.</param>
public sealed record CandleQuery(Symbol Symbol, CandleInterval Interval, DateTimeOffset? From, DateTimeOffset? To, int Limit, CandleFill Fill);

/// <summary>A page of candles, oldest first.</summary>
/// <param name="Candles">The candles.</param>
/// <param name="NextFrom">Where the next page begins, or <see langword="null"/> at the end.</param>
/// <param name="EmptyBecause">Why there are none, for people; <see langword="null"/> when there are some.</param>
public sealed record CandlePage(IReadOnlyList<CandleView> Candles, DateTimeOffset? NextFrom, string? EmptyBecause);

/// <summary>Asks for raw trades, by id or by time.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="FromId">First id, inclusive; wins over the times.</param>
/// <param name="From">First trade time, inclusive.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="Limit">At most this many, 1 to 5,000.</param>
public sealed record TradeQuery(Symbol Symbol, long? FromId, DateTimeOffset? From, DateTimeOffset? To, int Limit);

/// <summary>A page of trades, oldest first.</summary>
/// <param name="Trades">The trades.</param>
/// <param name="NextFromId">Where the next page begins, or <see langword="null"/> at the end.</param>
/// <param name="EmptyBecause">Why there are none; <see langword="null"/> when there are some.</param>
public sealed record TradePage(IReadOnlyList<TradeView> Trades, long? NextFromId, string? EmptyBecause);

/// <summary>One print as the outside sees it.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="TradeId">First trade id.</param>
/// <param name="LastTradeId">Last trade id; equals the first except for an aggregate brought by a repair.</param>
/// <param name="Price">Price, quote units.</param>
/// <param name="Quantity">Quantity, base units.</param>
/// <param name="TradeTime">When the exchange matched it.</param>
/// <param name="EventTime">When the exchange sent it.</param>
/// <param name="IngestionTime">When we read it, our clock.</param>
/// <param name="LatencyMs">Ingestion minus event time, ms; negative when the clocks disagree.</param>
/// <param name="IsBuyerMaker">Whether the taker sold.</param>
public sealed record TradeView(
    Symbol Symbol, long TradeId, long LastTradeId, decimal Price, decimal Quantity, DateTimeOffset TradeTime,
    DateTimeOffset EventTime, DateTimeOffset IngestionTime, double LatencyMs, bool IsBuyerMaker)
{
    /// <summary>Translates a print.</summary>
    public static TradeView From(SymbolSpec spec, in ReceivedPrint received) => new(
        spec.Symbol, received.Print.FirstId, received.Print.LastId, spec.Price(received.Print.Price), spec.Quantity(received.Print.Quantity),
        Micros.ToInstant(received.Print.TradeTimeMicros), Micros.ToInstant(received.EventTimeMicros), Micros.ToInstant(received.ReceivedTimeMicros),
        received.LatencyMicros / 1_000d, received.Print.Taker == TakerSide.Sell);
}

/// <summary>Asks for whales, newest first.</summary>
/// <param name="Symbol">One pair, or all.</param>
/// <param name="From">Earliest trade time, inclusive.</param>
/// <param name="To">Latest trade time, exclusive.</param>
/// <param name="MinNotional">Smallest notional (USD where known, else quote units).</param>
/// <param name="Limit">At most this many, 1 to 1,000.</param>
/// <param name="Before">Cursor of the previous page.</param>
public sealed record WhaleQuery(Symbol? Symbol, DateTimeOffset? From, DateTimeOffset? To, decimal? MinNotional, int Limit, string? Before = null);

/// <summary>A page of whales, newest first.</summary>
/// <param name="Whales">The sweeps.</param>
/// <param name="Next">Cursor of the next page, or <see langword="null"/> at the end.</param>
public sealed record WhalePage(IReadOnlyList<WhaleView> Whales, string? Next);
