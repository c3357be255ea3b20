using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Removes what has grown too old from the database, in steps so small that other writes pass in between, and gives the space back.</summary>
public sealed partial class StorageMaintenance(
    MarketDatabase database, SqliteDeadLetterStore deadLetters, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<StorageMaintenance> logger, JobLog jobs)
    : BackgroundService
{
    private const int Step = 2_000;
    private const int VacuumPages = 500;

    private readonly RetentionOptions _options = options.Value;

    /// <summary>Does everything that is due now; answers how many rows were removed.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = Micros.From(clock.GetUtcNow());
        var removed = await TrimCandlesAsync(now, cancellationToken).ConfigureAwait(false);
        removed += await RepeatAsync(session => WhaleTable.Trim(session, now, Micros.From(_options.Whales), _options.MaxWhales, Step), cancellationToken).ConfigureAwait(false);
        removed += await RepeatAsync(session => GapTable.Trim(session, now, Micros.From(_options.Gaps), _options.MaxGaps, Step), cancellationToken).ConfigureAwait(false);
        int letters;
        do
        {
            letters = await deadLetters.TrimAsync(now, Step, cancellationToken).ConfigureAwait(false);
            removed += letters;
        }
        while (letters >= Step);

        await GiveSpaceBackAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.Every, clock);
        while (await WaitAsync(timer, stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await jobs.RunAsync("storage-upkeep", clock, async _ =>
                {
                    var removed = await RunOnceAsync(stoppingToken).ConfigureAwait(false);
                    LogRemoved(logger, removed);
                }, stoppingToken).ConfigureAwait(false);
            }
            catch (StorageException e)
            {
                // Told by the database itself; the next round tries again.
                LogFailed(logger, e.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> TrimCandlesAsync(long now, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var (symbol, seconds) in await database.ReadAsync(CandleTable.ReadSeries, cancellationToken).ConfigureAwait(false))
        {
            foreach (var interval in CandleInterval.All)
            {
                if (interval.LengthMicros == seconds * Micros.PerSecond)
                {
                    var retention = Micros.From(_options.For(interval));
                    removed += await RepeatAsync(session => CandleTable.Trim(session, symbol, seconds, now, retention, Step), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return removed;
    }

    private async Task<int> RepeatAsync(Func<DatabaseSession, int> step, CancellationToken cancellationToken)
    {
        var total = 0;
        int removed;
        do
        {
            removed = await database.WriteAsync(step, cancellationToken).ConfigureAwait(false);
            total += removed;
        }
        while (removed >= Step);

        return total;
    }

    private async Task GiveSpaceBackAsync(CancellationToken cancellationToken)
    {
        // A quarter of free pages is kept for the rows to come.
        while (await database.WriteAsync(
            session =>
            {
                var free = (long)session.Scalar("PRAGMA freelist_count")!;
                var all = (long)session.Scalar("PRAGMA page_count")!;
                if (free < VacuumPages || free * 4 < all)
                {
                    return false;
                }

                using var reader = session.Prepare($"PRAGMA incremental_vacuum({VacuumPages})").Query();
                while (reader.Read())
                {
                    // The pragma works one page per row.
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false))
        {
        }
    }

    [LoggerMessage(EventId = 2221, Level = LogLevel.Debug, Message = "Removed {Rows} rows beyond the retention")]
    private static partial void LogRemoved(ILogger logger, int rows);

    [LoggerMessage(EventId = 2222, Level = LogLevel.Warning, Message = "Removing old rows failed and is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
