using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>What a cold start may believe of the exchange's klines, and the trade from which everything after them is read by id.</summary>
/// <param name="Minutes">Klines that cannot change any more, oldest first.</param>
/// <param name="FromMicros">Where they end and our own coverage begins, µs.</param>
/// <param name="FirstId">The first trade of our own coverage; <see langword="null"/> when no trade is known at all.</param>
internal sealed record SettledHistory(IReadOnlyList<Candle> Minutes, long FromMicros, long? FirstId)
{
    // Its REST answers lag by seconds, so a younger kline may lack trades and has to be proven.
    private const long SettledAgeMicros = 5 * Micros.PerMinute;

    /// <summary>
    /// Reads 24 h of closed minutes before the last settled one, and one before for the price 24 h ago. A young one counts when a later trade is known and the ids between
    /// the first trades of the two minutes are as many as its trades; one that does not is left to be read trade by trade.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">The exchange cannot be asked now.</exception>
    public static async Task<SettledHistory> ReadAsync(IExchange exchange, SymbolSpec spec, long nowMicros, CancellationToken cancellationToken)
    {
        var from = CandleInterval.OneMinute.OpenOf(nowMicros);

        // Asked before anything else, so that the next trade after it is not one of the minutes found empty below.
        var newest = await exchange.GetLastTradesAsync([spec], cancellationToken);
        var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, from - Micros.PerDay - Micros.PerMinute - SettledAgeMicros, from, cancellationToken);
        var minutes = klines.Where(minute => minute.Status == CandleStatus.Verified).ToList();
        from = minutes.Count > 0 ? minutes[^1].EndMicros : from;
        var first = await exchange.FindFirstIdAsync(spec, from, cancellationToken);
        while (minutes.Count > 0 && minutes[^1] is var minute && minute.EndMicros > nowMicros - SettledAgeMicros)
        {
            var before = first is null && minute.TradeCount == 0 ? null : await exchange.FindFirstIdAsync(spec, minute.OpenTimeMicros, cancellationToken);
            if (first is not null && minute.EndMicros == from && first - before == minute.TradeCount)
            {
                break;
            }

            minutes.RemoveAt(minutes.Count - 1);
            (from, first) = (minute.OpenTimeMicros, before);
        }

        first ??= await FindNextIdAsync(exchange, spec, minutes, cancellationToken);
        return new SettledHistory(minutes, from, first ?? (newest.TryGetValue(spec.Symbol, out var trade) ? trade.LastId + 1 : null));
    }

    /// <summary>The id after the last minute that has trades.</summary>
    private static async Task<long?> FindNextIdAsync(IExchange exchange, SymbolSpec spec, List<Candle> minutes, CancellationToken cancellationToken)
    {
        var active = minutes.FindLastIndex(minute => minute.TradeCount > 0);
        return active < 0 ? null : await exchange.FindFirstIdAsync(spec, minutes[active].OpenTimeMicros, cancellationToken) + minutes[active].TradeCount;
    }
}
