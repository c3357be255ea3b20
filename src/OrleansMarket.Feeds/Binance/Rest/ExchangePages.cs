using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>How the exchange is asked for more than one request gives, whoever sends the requests.</summary>
public static class ExchangePages
{
    /// <summary>The most rows of one answer.</summary>
    public const int RowsPerCall = 1_000;

    /// <summary>The most symbols of one ticker request: weight 2; one more would cost 40.</summary>
    public const int SymbolsPerTicker = 20;

    /// <summary>The klines whose open time lies in [from, to), oldest first.</summary>
    /// <param name="fromMicros">The first open time, µs, inclusive.</param>
    /// <param name="toMicros">The end, µs, exclusive.</param>
    /// <param name="ask">Asks for at most <see cref="RowsPerCall"/> klines from an open time on, µs.</param>
    public static async Task<IReadOnlyList<Candle>> ReadKlinesAsync(long fromMicros, long toMicros, Func<long, Task<List<Candle>>> ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        List<Candle> candles = [];
        for (var from = fromMicros; from < toMicros;)
        {
            var rows = await ask(from).ConfigureAwait(false);
            candles.AddRange(rows.Where(row => row.OpenTimeMicros >= from && row.OpenTimeMicros < toMicros));
            if (rows.Count < RowsPerCall || rows[^1].EndMicros <= from)
            {
                break;
            }

            from = rows[^1].EndMicros;
        }

        return candles;
    }

    /// <summary>
    /// Asks for all symbols, batch by batch. One delisted symbol refuses its whole batch, so the symbols of a refused batch are asked for one by one;
    /// one that is refused by itself is left out.
    /// </summary>
    /// <param name="specs">The symbols.</param>
    /// <param name="ask">Asks for at most <see cref="SymbolsPerTicker"/> symbols.</param>
    public static async Task AskBatchesAsync(IReadOnlyCollection<SymbolSpec> specs, Func<SymbolSpec[], Task> ask)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(ask);
        foreach (var batch in specs.Chunk(SymbolsPerTicker))
        {
            if (await IsRefusedAsync(batch, ask).ConfigureAwait(false) && batch.Length > 1)
            {
                foreach (var spec in batch)
                {
                    await IsRefusedAsync([spec], ask).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task<bool> IsRefusedAsync(SymbolSpec[] batch, Func<SymbolSpec[], Task> ask)
    {
        try
        {
            await ask(batch).ConfigureAwait(false);
            return false;
        }
        catch (RestRefusedException)
        {
            return true;
        }
    }
}
