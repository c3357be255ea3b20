using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

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
