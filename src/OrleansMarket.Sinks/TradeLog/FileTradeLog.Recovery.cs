using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>What is found when the log is opened.</content>
public sealed partial class FileTradeLog
{
    private void FindFiles()
    {
        if (!System.IO.Directory.Exists(_directory))
        {
            return;
        }

        foreach (var path in System.IO.Directory.EnumerateDirectories(_directory))
        {
            if (Symbol.IsPlausible(Path.GetFileName(path)))
            {
                var symbol = new Symbol(Path.GetFileName(path));
                var trades = TradesOf(symbol);
                FindFiles(trades, readOnly: _directoryLock is null);
                foreach (var file in trades.Files)
                {
                    _newestMicros = Math.Max(_newestMicros, file.Hour + Micros.PerHour);
                }
            }
        }
    }

    private void FindFiles(SymbolTrades trades, bool readOnly)
    {
        var directory = new DirectoryInfo(Path.Combine(_directory, trades.Symbol.Value));
        if (directory.Exists)
        {
            foreach (var file in directory.EnumerateFiles("*" + HourFile.Extension))
            {
                if (HourFile.HourOf(file.Name) is { } hour)
                {
                    trades.AddFile(new HourFile(file.FullName, hour, file.Length, readOnly));
                }
            }
        }
    }

    /// <summary>Moves what an earlier process left in the journal to the files. What is in them already is not written again.</summary>
    private void Recover(List<(long Number, string Path)> journals)
    {
        foreach (var (number, path) in journals)
        {
            var recovered = 0L;
            foreach (var record in JournalReader.Read(path, 0, _instruments).Records)
            {
                var trades = TradesOf(record.Symbol);
                var spec = record.Header.Scale.SpecOf(record.Symbol);
                var prints = new List<ReceivedPrint>();
                record.ReadPrints(spec, prints);
                lock (trades.Gate)
                {
                    if (trades.Buffered >= _options.BlockPrints || (trades.Buffered > 0 && trades.Scale != record.Header.Scale))
                    {
                        SpillRecovered(trades);
                    }

                    trades.Restore(record.Header.Scale, prints, number);
                    Interlocked.Add(ref _buffered, prints.Count);
                }

                InterlockedMax(ref _newestMicros, record.Header.LastMicros);
                recovered += prints.Count;
            }

            foreach (var trades in _symbols.Values)
            {
                lock (trades.Gate)
                {
                    SpillRecovered(trades);
                }
            }

            SpillJournal(number);
            File.Delete(path);
            if (recovered > 0)
            {
                LogRecovered(_logger, recovered, number);
            }
        }
    }

    private void SpillRecovered(SymbolTrades trades)
    {
        if (trades.Buffered == 0)
        {
            return;
        }

        var before = trades.Buffered;
        trades.RemoveKnown(_instruments);
        Interlocked.Add(ref _buffered, trades.Buffered - before);
        Spill(trades);
    }
}
