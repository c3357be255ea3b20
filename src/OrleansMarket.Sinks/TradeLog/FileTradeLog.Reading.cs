using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>How trades are found.</content>
public sealed partial class FileTradeLog
{
    private List<ReceivedPrint> Read(SymbolSpec spec, PrintFilter filter, int limit, CancellationToken cancellationToken)
    {
        if (limit <= 0 || filter.FromMicros >= filter.ToMicros)
        {
            return [];
        }

        var prints = new List<ReceivedPrint>();
        List<HourFile.Block> blocks;
        if (_journal is null)
        {
            // Beside a writer: first the journal, then the files, because trades move from there to here.
            _foreignJournal!.Read(spec, filter, prints);
            var trades = new SymbolTrades(spec.Symbol, Path.Combine(_directory, spec.Symbol.Value));
            FindFiles(trades, readOnly: true);
            blocks = trades.FindBlocks(filter, _instruments);
        }
        else if (_symbols.TryGetValue(spec.Symbol, out var trades))
        {
            lock (trades.Gate)
            {
                blocks = trades.FindBlocks(filter, _instruments);
                prints.AddRange(trades.FindBuffered(filter, spec));
            }
        }
        else
        {
            return [];
        }

        PrintDeduplicator.SortAndDeduplicate(prints);
        for (var i = 0; i < blocks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Blocks come by their lowest id: once enough prints end before the next block begins, no later one can add to the answer.
            if (prints.Count >= limit && prints[limit - 1].Print.LastId < blocks[i].Header.Ids.First)
            {
                break;
            }

            var start = prints.Count;
            HourFile.ReadBlock(blocks[i], spec, prints, _instruments);
            filter.RemoveUnwanted(prints, start);
            if (i + 1 == blocks.Count || prints.Count >= limit)
            {
                PrintDeduplicator.SortAndDeduplicate(prints);
            }
        }

        if (prints.Count > limit)
        {
            prints.RemoveRange(limit, prints.Count - limit);
        }

        return prints;
    }
}
