namespace OrleansMarket.Domain.Market;

/// <summary>A 1-minute candle that differs from the exchange's own although its trades were read again.</summary>
/// <param name="OpenTime">The minute.</param>
/// <param name="Reason">What differs, for people.</param>
public sealed record MismatchView(DateTimeOffset OpenTime, string Reason);
