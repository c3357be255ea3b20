using System.Collections.Concurrent;
using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.TestKit.Web;

/// <summary>Portfolios in memory.</summary>
public sealed class MemoryPortfolios : IPortfolioStore
{
    private readonly ConcurrentDictionary<string, PortfolioHoldings> _portfolios = new(StringComparer.Ordinal);

    /// <summary>Portfolios to begin with: <c>main</c>, with a measured, a single-source, a constant and an unknown asset.</summary>
    public static MemoryPortfolios WithMain(DateTimeOffset updated)
    {
        var store = new MemoryPortfolios();
        store._portfolios["main"] = new PortfolioHoldings
        {
            Name = "main",
            Holdings =
            [
                new() { Asset = "BTC", Quantity = 0.5m, CostBasis = 20_000 }, new() { Asset = "ETH", Quantity = 4, CostBasis = 15_000 }, new() { Asset = "SOL", Quantity = 20 },
                new() { Asset = "USD", Quantity = 1_000 }, new() { Asset = "NOPE", Quantity = 7 },
            ],
            Updated = updated,
        };
        return store;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PortfolioHoldings>> ReadAllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PortfolioHoldings>>([.. _portfolios.Values]);

    /// <inheritdoc/>
    public Task<PortfolioWrite> PutAsync(PortfolioHoldings portfolio, int mostPortfolios, CancellationToken cancellationToken)
    {
        var known = _portfolios.ContainsKey(portfolio.Name);
        if (!known && _portfolios.Count >= mostPortfolios)
        {
            return Task.FromResult(PortfolioWrite.Full);
        }

        _portfolios[portfolio.Name] = portfolio;
        return Task.FromResult(known ? PortfolioWrite.Replaced : PortfolioWrite.Added);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_portfolios.TryRemove(name, out _));
}
