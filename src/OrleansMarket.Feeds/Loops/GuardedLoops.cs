using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Loops;

/// <summary>Runs loops side by side. One that fails is logged and shown in health; it takes no other with it.</summary>
public sealed partial class GuardedLoops(PipelineParts parts, ILogger<GuardedLoops> logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    /// <summary>Starts a loop.</summary>
    public void Start(string name, Func<CancellationToken, Task> run) => _loops.Add(Task.Run(async () =>
    {
        try
        {
            await run(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            parts[name] = () => $"stopped: {exception.Message}; restart the product";
            LogFailed(logger, exception, name);
        }
    }));

    /// <summary>Stops every loop and waits until they have ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    [LoggerMessage(EventId = 1250, Level = LogLevel.Critical, Message = "The {Loop} loop failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string loop);
}
