using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Loops;

/// <summary>
/// Runs loops side by side. One that fails is logged, shown in health for a while and begun again: what it could not reach may be back. It takes no other
/// with it.
/// </summary>
public sealed partial class GuardedLoops(PipelineParts parts, TimeProvider clock, ILogger<GuardedLoops> logger) : IDisposable
{
    /// <summary>From a failure to the next attempt.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>For how long health tells of a failure.</summary>
    public static readonly TimeSpan ShownFor = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    /// <summary>Starts a loop.</summary>
    public void Start(string name, Func<CancellationToken, Task> run) => _loops.Add(Task.Run(() => RunAsync(name, run)));

    /// <summary>Stops every loop and waits until they have ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(string name, Func<CancellationToken, Task> run)
    {
        while (true)
        {
            try
            {
                await run(_stop.Token);
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var failed = clock.GetTimestamp();
                parts[name] = () => clock.GetElapsedTime(failed) < ShownFor ? $"failed and begins again: {exception.Message}" : null;
                LogFailed(logger, exception, name);
            }

            await Task.Delay(Pause, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 1250, Level = LogLevel.Error, Message = "The {Loop} loop failed and begins again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string loop);
}
