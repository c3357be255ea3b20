using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Symbol specifications in the database; decimals never fall.</summary>
public sealed class SqliteSymbolSpecStore(MarketDatabase database) : ISymbolSpecStore
{
    private const string Select = """
        SELECT name, price_decimals, quantity_decimals, base_asset, quote_asset, status, min_price, max_price, min_quantity, max_quantity
        FROM symbols WHERE price_decimals IS NOT NULL
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> SaveAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyDictionary<Symbol, SymbolSpec>>(
            session =>
            {
                var known = ReadAll(session);
                var merged = new Dictionary<Symbol, SymbolSpec>();
                foreach (var spec in specs)
                {
                    var wide = known.TryGetValue(spec.Symbol, out var before) ? spec.WithAtLeast(before.PriceDecimals, before.QuantityDecimals) : spec;
                    merged[spec.Symbol] = wide;
                    session.Execute(
                        """
                        UPDATE symbols SET price_decimals = ?2, quantity_decimals = ?3, base_asset = ?4, quote_asset = ?5, status = ?6,
                            min_price = ?7, max_price = ?8, min_quantity = ?9, max_quantity = ?10
                        WHERE number = ?1
                        """,
                        session.NumberOf(spec.Symbol), wide.PriceDecimals, wide.QuantityDecimals, wide.BaseAsset, wide.QuoteAsset, (int)wide.Status,
                        wide.MinPrice, wide.MaxPrice, wide.MinQuantity, wide.MaxQuantity);
                }

                return merged;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> LoadAllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<Symbol, SymbolSpec>>(ReadAll, cancellationToken);

    private static Dictionary<Symbol, SymbolSpec> ReadAll(DatabaseSession session)
    {
        var specs = new Dictionary<Symbol, SymbolSpec>();
        using var reader = session.Prepare(Select).Query();
        while (reader.Read())
        {
            var symbol = new Symbol(reader.GetString(0));
            specs[symbol] = new SymbolSpec(symbol, reader.GetInt32(1), reader.GetInt32(2))
            {
                BaseAsset = reader.GetString(3),
                QuoteAsset = reader.GetString(4),
                Status = (SymbolStatus)reader.GetByte(5),
                MinPrice = reader.GetInt64(6),
                MaxPrice = reader.GetInt64(7),
                MinQuantity = reader.GetInt64(8),
                MaxQuantity = reader.GetInt64(9),
            };
        }

        return specs;
    }
}
