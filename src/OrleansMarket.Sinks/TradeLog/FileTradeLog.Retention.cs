using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>What is removed again.</content>
public sealed partial class FileTradeLog
{
    /// <summary>Removes the files beyond the bounds on age and bytes; answers how many.</summary>
    public int EnforceRetention()
    {
        WritableJournal();
        var now = Math.Min(Micros.From(_clock.GetUtcNow()), Interlocked.Read(ref _newestMicros));
        var files = new List<(SymbolTrades Trades, HourFile File)>();
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                files.AddRange(trades.Files.Select(file => (trades, file)));
            }
        }

        var total = files.Sum(entry => entry.File.Length);
        var removed = 0;
        var removedBytes = 0L;
        var oldest = Micros.From(_options.Retention);
        foreach (var (trades, file) in files.OrderBy(entry => entry.File.Hour))
        {
            if (file.Hour + Micros.PerHour + oldest > now && total <= _options.MaxBytes)
            {
                break;
            }

            lock (trades.Gate)
            {
                trades.RemoveFile(file);
                File.Delete(file.Path);
            }

            total -= file.Length;
            removed++;
            removedBytes += file.Length;
        }

        if (removed > 0)
        {
            _instruments.OnTradeLogFilesDropped(removed);
            LogDropped(_logger, removed, removedBytes);
        }

        return removed;
    }
}
