using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;

namespace OrleansMarket.Feeds.Sources;

/// <summary>
/// A feed that begins again whenever it fails. The exchange's own failures are the feed's business; what is left is a receiver that could not take trades, because
/// the disk was full say. What was missed meanwhile is a hole, and repaired by id.
/// </summary>
/// <param name="feed">The feed.</param>
/// <param name="clock">Measures pauses.</param>
/// <param name="logger">Hears of failures.</param>
/// <param name="draw">Draws the jitter; tests give their own.</param>
public sealed partial class SteadyFeed(ITradeFeed feed, TimeProvider clock, ILogger<SteadyFeed> logger, Func<double>? draw = null) : ITradeFeed
{
    /// <summary>The cap of the first pause.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>The largest cap of a pause. A feed that held for as long begins with the first cap again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private volatile string? _failure;

    /// <inheritdoc/>
    public FeedSource Source => feed.Source;

    /// <inheritdoc/>
    public FeedStatus Status => _failure is { } failure ? feed.Status with { Connected = false, LastError = $"the feed failed and begins again: {failure}" } : feed.Status;

    /// <inheritdoc/>
    public async Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstPause, LongestPause, draw);
        while (true)
        {
            var begun = clock.GetTimestamp();
            try
            {
                await feed.RunAsync(receiver, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(begun) >= LongestPause)
                {
                    backoff.Reset();
                }

                var pause = backoff.Next();
                _failure = exception.Message;
                LogFailed(logger, exception, feed.Source.Name, pause);
                await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
                _failure = null;
            }
        }
    }

    [LoggerMessage(EventId = 1246, Level = LogLevel.Error, Message = "The feed {Source} failed and begins again in {Pause}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string source, TimeSpan pause);
}
