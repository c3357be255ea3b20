using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// Watches the journal of a raw trade log that another process writes. Trades show up with that process's next flush. A watcher that falls behind
/// by several journal files skips what they held: it is in the files of the hours by then.
/// </summary>
public sealed class TradeLogFollower(IOptions<StorageOptions> storage, StorageInstruments instruments, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly string _directory = Path.Combine(Path.GetFullPath(storage.Value.DataDirectory), FileTradeLog.DirectoryName);

    /// <summary>What was written since <see cref="FollowAsync"/> began, in the order of arrival, until cancelled.</summary>
    public async IAsyncEnumerable<TradeBatch> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = TradeJournal.Find(_directory);
        var number = files.Count > 0 ? files[^1].Number : 0;
        var end = files.Count > 0 ? JournalReader.FindEnd(files[^1].Path) : 0;
        while (true)
        {
            // Whether there is a next file is asked before the current one is read, so that its last trades are not missed.
            files = TradeJournal.Find(_directory);
            var current = files.Find(file => file.Number == number);
            if (current.Path is not null)
            {
                var (records, newEnd) = JournalReader.Read(current.Path, end, instruments);
                foreach (var record in records)
                {
                    var spec = record.Header.Scale.SpecOf(record.Symbol);
                    var prints = new List<ReceivedPrint>();
                    record.ReadPrints(spec, prints);
                    yield return new TradeBatch(spec, prints);
                }

                end = newEnd;
            }

            var next = files.Find(file => file.Number > number);
            if (next.Path is not null)
            {
                (number, end) = (next.Number, 0);
                continue;
            }

            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Trades of one symbol in the order of arrival.</summary>
/// <param name="Spec">The symbol and the scale of the prints.</param>
/// <param name="Prints">The prints.</param>
public sealed record TradeBatch(SymbolSpec Spec, IReadOnlyList<ReceivedPrint> Prints);
