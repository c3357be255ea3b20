using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Portfolios on the shared server; never more than allowed, also when several silos add at once.</summary>
public sealed class RedisPortfolioStore(RedisStore store) : IPortfolioStore
{
    private const int MostAttempts = 20;

    private RedisKey Portfolios => store.Key("portfolios");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PortfolioHoldings>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var entries = await store.Database.HashGetAllAsync(Portfolios).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => AlertJson.Read<Row>(entry.Value!).ToPortfolio(entry.Name!)).OrderBy(portfolio => portfolio.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<PortfolioWrite> PutAsync(PortfolioHoldings portfolio, int mostPortfolios, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portfolio);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var isNew = !await store.Database.HashExistsAsync(Portfolios, portfolio.Name).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (isNew && await store.Database.HashLengthAsync(Portfolios).WaitAsync(cancellationToken).ConfigureAwait(false) >= mostPortfolios)
            {
                return PortfolioWrite.Full;
            }

            var change = store.Database.CreateTransaction();
            change.AddCondition(isNew ? Condition.HashNotExists(Portfolios, portfolio.Name) : Condition.HashExists(Portfolios, portfolio.Name));
            if (isNew)
            {
                change.AddCondition(Condition.HashLengthLessThan(Portfolios, mostPortfolios));
            }

            _ = change.HashSetAsync(Portfolios, portfolio.Name, AlertJson.Write(new Row(Micros.From(portfolio.Updated), portfolio.Holdings)));
            if (await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return isNew ? PortfolioWrite.Added : PortfolioWrite.Replaced;
            }
        }

        throw new TimeoutException($"expected to store the portfolio '{portfolio.Name}', but other silos kept changing it");
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => store.Database.HashDeleteAsync(Portfolios, name).WaitAsync(cancellationToken);

    private sealed record Row(long Updated, IReadOnlyList<Holding> Holdings)
    {
        public PortfolioHoldings ToPortfolio(string name) => new() { Name = name, Holdings = Holdings, Updated = Micros.ToInstant(Updated) };
    }
}
