using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Prices;

/// <summary>
/// All that the price of one asset is decided from, so that one process can ask the sources and others decide as it does, at any later instant: what is too old
/// by then does not count there either.
/// </summary>
public sealed record PriceBasis
{
    /// <summary>Gets the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets what each source said; sources that were never asked are left out.</summary>
    public required IReadOnlyList<SourceReading> Readings { get; init; }

    /// <summary>Gets the measured rates of stablecoins.</summary>
    public required IReadOnlyList<UsdRate> Rates { get; init; }

    /// <summary>Gets the last known price; null when none was ever known.</summary>
    public LastKnownPrice? LastKnown { get; init; }
}

/// <summary>What one source said of one asset.</summary>
/// <param name="Source">The source.</param>
/// <param name="Quote">Its newest quote, of any age; null without one.</param>
/// <param name="Missing">Why there is none newer; null when its last answer held one.</param>
public sealed record SourceReading(string Source, PriceQuote? Quote, string? Missing);
