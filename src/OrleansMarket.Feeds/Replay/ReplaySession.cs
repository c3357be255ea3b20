using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Plays recordings into a <see cref="ReplayRun"/>, at full speed on two cores or paced by a clock.</summary>
public static class ReplaySession
{
    /// <summary>Plays every file to its end.</summary>
    /// <param name="files">The recordings, as <see cref="TapeFile.OpenAll"/> gives them.</param>
    /// <param name="symbols">The scales.</param>
    /// <param name="run">What takes them.</param>
    /// <param name="speed">How fast.</param>
    /// <param name="progress">Hears how far it got, after each block, on the thread that works.</param>
    /// <param name="clock">The clock to pace and to measure by.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <exception cref="TapeException">A file cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ReplaySummary> PlayAsync(
        IReadOnlyList<TapeFile> files, SymbolTable symbols, ReplayRun run, ReplaySpeed speed, Action<ReplayProgress>? progress, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(clock);
        var total = files.Sum(file => file.Length);
        var start = clock.GetTimestamp();
        if (speed.IsMax)
        {
            long before = 0;
            TapeFile? current = null;
            // On a thread of its own, so that whoever called can still hear of an interruption.
            await Task.Run(() => TapePipe.Run(files, symbols, block =>
            {
                run.Take(block);
                if (!ReferenceEquals(current, block.File))
                {
                    before += current?.Length ?? 0;
                    current = block.File;
                }

                progress?.Invoke(new ReplayProgress(before + block.FilePosition, total, run.Trades, clock.GetElapsedTime(start)));
            }, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var feed = new ReplayFeed(files, speed, symbols, clock);
            await feed.PlayAsync(
                (file, spec, prints) =>
                {
                    run.Take(file, spec, prints.Span);
                    progress?.Invoke(new ReplayProgress(feed.BytesRead, total, run.Trades, clock.GetElapsedTime(start)));
                    return ValueTask.CompletedTask;
                },
                letter =>
                {
                    run.Reject(letter);
                    return ValueTask.CompletedTask;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return run.Finish(clock.GetElapsedTime(start));
    }
}

/// <summary>How far a replay got.</summary>
/// <param name="BytesRead">Of the files on disk.</param>
/// <param name="TotalBytes">All of them.</param>
/// <param name="Trades">Counted so far.</param>
/// <param name="Elapsed">Since the start.</param>
public readonly record struct ReplayProgress(long BytesRead, long TotalBytes, long Trades, TimeSpan Elapsed);
