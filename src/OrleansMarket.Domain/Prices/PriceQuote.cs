namespace OrleansMarket.Domain.Prices;

/// <summary>One source's word on the price of one asset. It may be wrong in any way: <see cref="PriceConsensus"/> judges it.</summary>
public sealed record PriceQuote
{
    /// <summary>The currency of dollars.</summary>
    public const string Usd = "USD";

    /// <summary>The currency of Tether's dollars, which are not dollars.</summary>
    public const string Usdt = "USDT";

    /// <summary>Gets the asset (BTC).</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the source's name (kraken).</summary>
    public required string Source { get; init; }

    /// <summary>Gets what the price is counted in: USD, USDT or another stablecoin.</summary>
    public required string Currency { get; init; }

    /// <summary>Gets the price of one unit, in the currency.</summary>
    public required decimal Price { get; init; }

    /// <summary>Gets when the price held by the source's own clock; when it was received, where the source does not say.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets when it was received, our clock.</summary>
    public required DateTimeOffset Received { get; init; }

    /// <summary>Gets how long the source took to answer; <see langword="null"/> for our own trade stream.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Gets the change over 24 hours, in the currency, where given.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>Gets the change over 24 hours, percent, where given.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets the volume over 24 hours at this source, in units of the asset, where given.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>Gets the volume over 24 hours at this source, in the currency, where given.</summary>
    public decimal? QuoteVolume24h { get; init; }

    /// <summary>Gets when the price held, never later than its receipt: a source whose clock is ahead gains nothing.</summary>
    internal DateTimeOffset Held => Time < Received ? Time : Received;

    /// <summary>The age at an instant. Never negative, and never less than what has passed since it was received.</summary>
    public TimeSpan AgeAt(DateTimeOffset now)
    {
        var age = now - Held;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
