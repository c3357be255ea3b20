using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>A candle store in memory that keeps everything it was given.</summary>
internal sealed class StoredCandles : ICandleStore
{
    public List<Candle> Stored { get; } = [];

    public Task AppendAsync(SymbolSpec spec, IReadOnlyList<Candle> candles, CancellationToken cancellationToken)
    {
        Stored.AddRange(candles);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Candle>> ReadAsync(
        SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Candle>>(
            [.. Stored.Where(candle => candle.Interval == interval && candle.OpenTimeMicros >= fromMicros && candle.OpenTimeMicros < toMicros).Take(limit)]);

    public Task<IReadOnlyList<Candle>> ReadNewestAsync(
        SymbolSpec spec, CandleInterval interval, long toMicros, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
