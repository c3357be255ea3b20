using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Prices;

/// <summary>What is known from one source about one asset.</summary>
/// <param name="Source">The source.</param>
/// <param name="Quote">Its newest quote, of any age; <see langword="null"/> without one.</param>
/// <param name="Missing">Why there is none, or none newer; <see langword="null"/> when its last answer held one.</param>
public readonly record struct PriceReading(PriceSourceProfile Source, PriceQuote? Quote, string? Missing = null);

/// <summary>The USD rates of currencies that are not dollars: measured ones, and <c>assumed</c> 1 for stablecoins that nobody measured.</summary>
public sealed class UsdRates(IReadOnlyDictionary<string, UsdRate> measured)
{
    /// <summary>Nothing measured.</summary>
    public static UsdRates Assumed { get; } = new(new Dictionary<string, UsdRate>());

    /// <summary>Gets the rate of USDT.</summary>
    public UsdRate Usdt => Of(PriceQuote.Usdt)!.Value;

    /// <summary>The rate of a currency, or <see langword="null"/> when nobody knows it.</summary>
    public UsdRate? Of(string currency) =>
        currency == PriceQuote.Usd ? new UsdRate(currency, 1, 0, "definition")
        : measured.TryGetValue(currency, out var rate) ? rate
        : UsdRate.IsAssumedStable(currency) ? new UsdRate(currency, 1, 0, UsdRate.Assumed)
        : null;
}
