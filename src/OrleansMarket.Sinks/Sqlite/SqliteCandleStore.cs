using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Candles in the database, each with the scale it was written in.</summary>
public sealed class SqliteCandleStore(MarketDatabase database) : ICandleStore
{
    /// <inheritdoc/>
    public Task AppendAsync(SymbolSpec spec, IReadOnlyList<Candle> candles, CancellationToken cancellationToken) =>
        candles.Count == 0 ? Task.CompletedTask : database.WriteAsync(session => CandleTable.Write(session, spec, candles), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> ReadAsync(
        SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CandleTable.Read(session, spec, interval, fromMicros, toMicros, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> ReadNewestAsync(
        SymbolSpec spec, CandleInterval interval, long toMicros, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CandleTable.ReadNewest(session, spec, interval, toMicros, limit), cancellationToken);
}
