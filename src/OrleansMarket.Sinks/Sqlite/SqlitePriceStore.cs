using System.Globalization;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Last known prices in the database; prices are text, so that no digit is lost.</summary>
public sealed class SqlitePriceStore(MarketDatabase database) : IPriceStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<LastKnownPrice>> LoadAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<LastKnownPrice>>(
        session =>
        {
            var prices = new List<LastKnownPrice>();
            using var reader = session.Prepare("SELECT asset, price, time, source FROM last_prices ORDER BY asset").Query();
            while (reader.Read())
            {
                prices.Add(new LastKnownPrice(
                    reader.GetString(0), decimal.Parse(reader.GetString(1), CultureInfo.InvariantCulture), Micros.ToInstant(reader.GetInt64(2)), reader.GetString(3)));
            }

            return prices;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(IReadOnlyCollection<LastKnownPrice> prices, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var price in prices)
            {
                session.Execute(
                    """
                    INSERT INTO last_prices VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (asset) DO UPDATE SET price = excluded.price, time = excluded.time, source = excluded.source WHERE excluded.time >= time
                    """,
                    price.Asset, price.Price.ToString(CultureInfo.InvariantCulture), Micros.From(price.Time), price.Source);
            }

            return prices.Count;
        },
        cancellationToken);
}
