using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>
/// Counts what was read but is not in an engine yet, from what several processes tell one after the other: the newest id read minus the newest id
/// applied. Ids are contiguous, so the difference is a number of trades, whatever carries them and whoever restarts. One caller at a time.
/// </summary>
public sealed class TradeBacklog
{
    private readonly Dictionary<Symbol, Standing> _symbols = [];

    /// <summary>Gets how many trades wait.</summary>
    public long Count { get; private set; }

    /// <summary>Takes what one process tells.</summary>
    public void Take(IReadOnlyList<SymbolProgress> told)
    {
        foreach (var (symbol, readId, appliedId) in told)
        {
            var standing = _symbols.GetValueOrDefault(symbol, new Standing(0, 0, 0));
            if (readId > standing.Read)
            {
                standing = standing with { Read = readId.Value };
            }

            // An engine that has moved leaves an older id behind. Only whoever applies compares: the reader tells at another moment.
            if (appliedId is { } applied && applied >= standing.Applied)
            {
                standing = standing with { Applied = applied, Waiting = Math.Max(0, standing.Read - applied) };
            }

            _symbols[symbol] = standing;
        }

        Count = _symbols.Values.Sum(standing => standing.Waiting);
    }

    private readonly record struct Standing(long Read, long Applied, long Waiting);
}
