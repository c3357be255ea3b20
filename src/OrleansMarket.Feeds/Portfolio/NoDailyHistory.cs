using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>For hosts that have nobody to ask for daily klines: every asset says why it has none.</summary>
public sealed class NoDailyHistory(string reason) : IDailyHistory
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DailyCloses>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, DailyCloses>>(assets.Distinct().ToDictionary(
            asset => asset, asset => DailyMoney.ClosesOf(asset) ?? new DailyCloses { Asset = asset, Source = "", Problem = reason }));
}
