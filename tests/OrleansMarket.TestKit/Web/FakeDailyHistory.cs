using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.TestKit.Web;

/// <summary>Daily closes in memory: every asset has its own waves, as many days as a test wants, the last one closed yesterday.</summary>
public sealed class FakeDailyHistory(TimeProvider clock) : IDailyHistory
{
    private int _calls;

    /// <summary>Gets or sets how many closes an asset has.</summary>
    public Func<string, int> DaysOf { get; set; } = _ => IDailyHistory.Days + 1;

    /// <summary>Gets how often closes were asked for.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DailyCloses>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        var last = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        return Task.FromResult<IReadOnlyDictionary<string, DailyCloses>>(assets.Distinct().ToDictionary(asset => asset, asset =>
        {
            var days = DaysOf(asset);
            var phase = asset.Sum(letter => letter) % 7;
            return new DailyCloses
            {
                Asset = asset,
                Source = $"closes of {asset}",
                IsConstant = asset is "USD" or "USDT",
                Closes = [.. Enumerable.Range(0, days).Select(i => new DailyClose(last.AddDays(i + 1 - days), Math.Round(100 + (20 * (decimal)Math.Sin((i / 11d) + phase)) + (i * (5 + phase) % 13), 2)))],
                Problem = days == 0 ? $"the exchange lists no {asset}USDT" : null,
            };
        }));
    }
}
