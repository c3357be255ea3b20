using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Named values in the database.</summary>
public sealed class SqliteSettingsStore(MarketDatabase database) : ISettingsStore
{
    /// <inheritdoc/>
    public Task<string?> GetAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.Scalar("SELECT value FROM settings WHERE name = ?1", name) as string, cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(string name, string? value, CancellationToken cancellationToken) => database.WriteAsync(
        session => value is null
            ? session.Execute("DELETE FROM settings WHERE name = ?1", name)
            : session.Execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", name, value),
        cancellationToken);
}
