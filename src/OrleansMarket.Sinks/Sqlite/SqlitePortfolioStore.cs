using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Portfolios in the database.</summary>
public sealed partial class SqlitePortfolioStore(MarketDatabase database) : IPortfolioStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<PortfolioHoldings>> ReadAllAsync(CancellationToken cancellationToken) => database.ReadAsync(Read, cancellationToken);

    /// <inheritdoc/>
    public Task<PortfolioWrite> PutAsync(PortfolioHoldings portfolio, int mostPortfolios, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var isNew = session.Scalar("SELECT 1 FROM portfolios WHERE name = ?1", portfolio.Name) is null;
            if (isNew && (long)session.Scalar("SELECT COUNT(*) FROM portfolios")! >= mostPortfolios)
            {
                return PortfolioWrite.Full;
            }

            session.Execute(
                "INSERT OR REPLACE INTO portfolios VALUES (?1, ?2, ?3)",
                portfolio.Name, Micros.From(portfolio.Updated), JsonSerializer.Serialize(portfolio.Holdings, HoldingJson.Default.IReadOnlyListHolding));
            return isNew ? PortfolioWrite.Added : PortfolioWrite.Replaced;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute("DELETE FROM portfolios WHERE name = ?1", name) > 0, cancellationToken);

    private static IReadOnlyList<PortfolioHoldings> Read(DatabaseSession session)
    {
        var portfolios = new List<PortfolioHoldings>();
        using var reader = session.Prepare("SELECT name, updated, holdings FROM portfolios ORDER BY name").Query();
        while (reader.Read())
        {
            portfolios.Add(new PortfolioHoldings
            {
                Name = reader.GetString(0),
                Updated = Micros.ToInstant(reader.GetInt64(1)),
                Holdings = JsonSerializer.Deserialize(reader.GetString(2), HoldingJson.Default.IReadOnlyListHolding) ?? [],
            });
        }

        return portfolios;
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(IReadOnlyList<Holding>))]
    private sealed partial class HoldingJson : JsonSerializerContext;
}
