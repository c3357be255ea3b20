using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Domain.Portfolio;

/// <summary>What one unit of a holding is worth, or why that is not known.</summary>
public sealed record UnitPrice
{
    /// <summary>The ticker of cash.</summary>
    public const string Dollar = "USD";

    /// <summary>Gets the ticker.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the price in USD; <see langword="null"/> when nobody knows it.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Gets the change over 24 hours in percent (1.5 is 1.5 %); <see langword="null"/> when it is not known.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets where the price comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Gets when the price held; <see langword="null"/> where it holds by definition or by assumption.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Gets whether the price is older than its source allows.</summary>
    public bool IsStale { get; init; }

    /// <summary>Gets whether only one source vouches for it.</summary>
    public bool IsSingleSource { get; init; }

    /// <summary>Gets whether its sources differ by more than they may, so that it is the price of only one of them.</summary>
    public bool IsDisputed { get; init; }

    /// <summary>Gets why there is no price, or what is doubtful about it.</summary>
    public string? Problem { get; init; }

    /// <summary>Cash: one dollar is one dollar.</summary>
    public static UnitPrice Cash { get; } = new() { Asset = Dollar, Usd = 1, Change24hPercent = 0, Source = "cash" };

    /// <summary>The price of one unit by what the sources say; a stablecoin that nobody measures is taken as 1 USD, and says so.</summary>
    public static UnitPrice From(AssetPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        if (price is { Price: null } && UsdRate.IsAssumedStable(price.Asset))
        {
            return new UnitPrice { Asset = price.Asset, Usd = 1, Change24hPercent = 0, Source = UsdRate.Assumed, Problem = "no source measures it: taken as 1 USD" };
        }

        return new UnitPrice
        {
            Asset = price.Asset,
            Usd = price.Price,
            Change24hPercent = price.Change24hPercent,
            Source = price.Source ?? "",
            AsOf = price.Time,
            IsStale = price.Price is not null && price.IsStale,
            IsSingleSource = price.Quality == PriceQuality.SingleSource,
            IsDisputed = price.Quality == PriceQuality.Disputed,
            Problem = price.Price is null ? $"no source knows a price of {price.Asset}" : price.Note,
        };
    }
}
