using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>Asks for whales, newest first.</summary>
/// <param name="Symbol">One pair, or all.</param>
/// <param name="From">Earliest trade time, inclusive.</param>
/// <param name="To">Latest trade time, exclusive.</param>
/// <param name="MinNotional">Smallest notional (USD where known, else quote units).</param>
/// <param name="Limit">At most this many, 1 to 1,000.</param>
/// <param name="Before">Cursor of the previous page; what is none is a <see cref="FormatException"/> of whoever is asked.</param>
public sealed record WhaleQuery(Symbol? Symbol, DateTimeOffset? From, DateTimeOffset? To, decimal? MinNotional, int Limit, string? Before = null);

/// <summary>A page of whales, newest first.</summary>
/// <param name="Whales">The sweeps.</param>
/// <param name="Next">Cursor of the next page, or <see langword="null"/> at the end.</param>
public sealed record WhalePage(IReadOnlyList<WhaleView> Whales, string? Next);
