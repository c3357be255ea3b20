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
