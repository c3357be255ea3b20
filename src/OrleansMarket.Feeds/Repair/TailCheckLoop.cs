using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// No later id exposes what was lost last: after every interruption, and every minute for symbols that are quiet, the last id is compared with
/// the exchange's own.
/// </summary>
public sealed partial class TailCheckLoop(IEngines engines, IExchange exchange, TimeProvider clock, ILogger<TailCheckLoop> logger, JobLog jobs)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    // The stream may be a little behind the exchange's answer; what arrives meanwhile is not a hole.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Symbol, DateTimeOffset> _asked = [];
    private DateTimeOffset _notBefore;

    /// <summary>Gets why the last check failed, or <see langword="null"/> when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Checks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => jobs.RepeatAsync("tail-check", Period, clock, async outcome =>
    {
        await CheckDueAsync(cancellationToken);
        outcome.Fail(Error);
    }, cancellationToken);

    /// <summary>Checks the symbols that are due now.</summary>
    public async Task CheckDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < _notBefore)
        {
            return;
        }

        var due = new List<SymbolSpec>();
        foreach (var spec in engines.Symbols)
        {
            var isQuiet = !_asked.TryGetValue(spec.Symbol, out var asked) || now - asked >= Quiet;
            if (isQuiet || (await engines.GetProgressAsync(spec.Symbol, cancellationToken)).TailIsUnknown)
            {
                due.Add(spec);
            }
        }

        if (due.Count == 0)
        {
            return;
        }

        try
        {
            var last = await exchange.GetLastTradesAsync(due, cancellationToken);
            foreach (var spec in due)
            {
                _asked[spec.Symbol] = now;
            }

            await Task.Delay(Settle, clock, cancellationToken);
            foreach (var (symbol, trade) in last)
            {
                await engines.ConfirmLastIdAsync(symbol, trade.LastId, trade.AskedMicros, cancellationToken);
            }

            Error = null;
        }
        catch (ExchangeUnavailableException exception)
        {
            Error = exception.Message;
            _notBefore = now + (exception.RetryAfter ?? TimeSpan.FromSeconds(10));
            LogUnavailable(logger, due.Count, exception.Message);
        }
    }

    [LoggerMessage(EventId = 1211, Level = LogLevel.Warning, Message = "The last ids of {Count} symbols cannot be compared with the exchange's: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, int count, string reason);
}
