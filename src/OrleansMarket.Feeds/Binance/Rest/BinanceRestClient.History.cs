using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <content>Past trades.</content>
public sealed partial class BinanceRestClient
{
    /// <inheritdoc/>
    public bool ServesHistoricalTrades => _transport.IsFullApi;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Print>> GetNewestTradesAsync(SymbolSpec spec, int limit, CancellationToken cancellationToken) =>
        await RowsAsync(
            spec, new RestRequest("/api/v3/trades", $"{SymbolQuery(spec)}&limit={Limit(limit)}", 25),
            body => AnswerReader.Trades(spec, body), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Print>> GetTradesFromAsync(SymbolSpec spec, long fromId, int limit, CancellationToken cancellationToken) =>
        await RowsAsync(
            spec, new RestRequest("/api/v3/historicalTrades", $"{SymbolQuery(spec)}&fromId={fromId}&limit={Limit(limit)}", 25, NeedsFullApi: true),
            body => AnswerReader.Trades(spec, body), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AggregateTrade>> GetAggregatesByTimeAsync(
        SymbolSpec spec, long? fromMicros, long? toMicros, int limit, CancellationToken cancellationToken)
    {
        var from = fromMicros is null ? "" : $"&startTime={fromMicros}";
        var to = toMicros is null ? "" : $"&endTime={toMicros}";
        return await RowsAsync(
            spec, new RestRequest("/api/v3/aggTrades", $"{SymbolQuery(spec)}{from}{to}&limit={Limit(limit)}", 4),
            body => AnswerReader.Aggregates(spec, body), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AggregateTrade>> GetAggregatesFromAsync(SymbolSpec spec, long fromAggregateId, int limit, CancellationToken cancellationToken) =>
        await RowsAsync(
            spec, new RestRequest("/api/v3/aggTrades", $"{SymbolQuery(spec)}&fromId={fromAggregateId}&limit={Limit(limit)}", 4),
            body => AnswerReader.Aggregates(spec, body), cancellationToken).ConfigureAwait(false);

    private static int Limit(int limit) => Math.Clamp(limit, 1, ExchangePages.RowsPerCall);
}
