using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>How trades are found.</content>
public sealed partial class FileTradeLog
{
    /// <summary>The first and last hour of trade time of which something is kept of a symbol, µs, end exclusive; <see langword="null"/> when nothing is.</summary>
    public (long FromMicros, long ToMicros)? ExtentOf(Symbol symbol)
    {
        if (!_symbols.TryGetValue(symbol, out var trades))
        {
            return null;
        }

        lock (trades.Gate)
        {
            var hours = trades.Files.Select(file => file.Hour).ToList();
            foreach (var received in trades.FindBuffered(PrintFilter.ByTime(long.MinValue, long.MaxValue), trades.Scale.SpecOf(symbol)))
            {
                hours.Add(Micros.Floor(received.Print.TradeTimeMicros, Micros.PerHour));
            }

            return hours.Count > 0 ? (hours.Min(), hours.Max() + Micros.PerHour) : null;
        }
    }

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
