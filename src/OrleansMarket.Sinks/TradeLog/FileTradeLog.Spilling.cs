using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>How trades move from memory and journal to the files of their hours.</content>
public sealed partial class FileTradeLog
{
    /// <summary>Writes a symbol's buffer to its files. The caller holds the symbol's gate.</summary>
    private void Spill(SymbolTrades trades)
    {
        // The journal first: until the files are flushed it is the journal that makes a flush true.
        if (_journal is not null)
        {
            trades.WriteToJournal(_journal);
        }

        var count = trades.Buffered;
        var written = new List<HourFile>();
        try
        {
            _instruments.OnTradeLogWritten(trades.Spill(written, _instruments));
        }
        finally
        {
            Interlocked.Add(ref _buffered, trades.Buffered - count);
            lock (_dirtyGate)
            {
                _dirty.UnionWith(written);
            }
        }
    }

    private void SpillLargest()
    {
        var average = Math.Max(1, Interlocked.Read(ref _buffered) / Math.Max(1, _symbols.Count));
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                if (trades.Buffered >= average)
                {
                    Spill(trades);
                }
            }
        }
    }

    private void WriteJournal(TradeJournal journal)
    {
        while (_unjournaled.TryDequeue(out var trades))
        {
            lock (trades.Gate)
            {
                trades.IsQueued = false;
                trades.WriteToJournal(journal);
            }
        }

        journal.WriteAndSync();
    }

    private void SpillOldestJournals(TradeJournal journal)
    {
        try
        {
            while (journal.ClosedCount > ClosedBeforeSpill / 2 && journal.OldestClosed is { } oldest)
            {
                SpillJournal(oldest);
                journal.Remove(oldest);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost: the journal stays, and a later flush tries again.
            LogSpillFailed(_logger, e, StorageErrors.Translate(e, _directory).Message);
        }
    }

    /// <summary>Brings everything that a journal file holds to the disk as blocks.</summary>
    private void SpillJournal(long number)
    {
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                if (trades.OldestJournal <= number)
                {
                    Spill(trades);
                }
            }
        }

        HashSet<HourFile> dirty;
        lock (_dirtyGate)
        {
            (dirty, _dirty) = (_dirty, []);
        }

        try
        {
            foreach (var file in dirty)
            {
                file.Flush();
            }
        }
        catch
        {
            lock (_dirtyGate)
            {
                _dirty.UnionWith(dirty);
            }

            throw;
        }
    }
}
