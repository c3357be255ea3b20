using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>The money in which daily closes are counted, and what is taken as equal to it.</summary>
internal static class DailyMoney
{
    /// <summary>Pairs against it exist for nearly every asset.</summary>
    public const string Quote = "USDT";

    /// <summary>The closes of money itself: there is nothing to ask. <see langword="null"/> for everything else.</summary>
    public static DailyCloses? ClosesOf(string asset) => asset is Quote or UnitPrice.Dollar
        ? new DailyCloses { Asset = asset, Source = $"{Quote}, in which closes are counted", IsConstant = true }
        : null;

    /// <summary>The closes of a stablecoin that has no pair of its own; <see langword="null"/> for everything else.</summary>
    public static DailyCloses? AssumedClosesOf(string asset) => UsdRate.IsAssumedStable(asset)
        ? new DailyCloses { Asset = asset, Source = UsdRate.Assumed, IsConstant = true }
        : null;

    /// <summary>The last closed UTC day.</summary>
    public static DateOnly LastDay(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);
}
