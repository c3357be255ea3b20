using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// No later id exposes what was lost last: after every interruption, and every minute for symbols that are quiet, the last id is compared with
/// the exchange's own.
/// </summary>
public sealed partial class TailCheckLoop(IEngines engines, IExchange exchange, TimeProvider clock, ILogger<TailCheckLoop> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    // The stream may be a little behind the exchange's answer; what arrives meanwhile is not a hole.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<Symbol, DateTimeOffset> _due = [];

    /// <summary>Gets why the last check failed, or <see langword="null"/> when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Asks for a check of symbols whose stream was interrupted.</summary>
    public void Request(IReadOnlyList<Symbol> symbols)
    {
        lock (_lock)
        {
            foreach (var symbol in symbols)
            {
                _due[symbol] = clock.GetUtcNow();
            }
        }
    }

    /// <summary>Checks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await CheckDueAsync(cancellationToken);
        }
    }

    /// <summary>Checks the symbols that are due now.</summary>
    public async Task CheckDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = new List<SymbolSpec>();
        foreach (var spec in engines.Symbols)
        {
            if (IsDue(spec.Symbol, now))
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
            Schedule(due, now + Quiet);
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
            Schedule(due, now + (exception.RetryAfter ?? TimeSpan.FromSeconds(10)));
            LogUnavailable(logger, due.Count, exception.Message);
        }
    }

    private bool IsDue(Symbol symbol, DateTimeOffset now)
    {
        lock (_lock)
        {
            return !_due.TryGetValue(symbol, out var due) || due <= now;
        }
    }

    private void Schedule(List<SymbolSpec> specs, DateTimeOffset at)
    {
        lock (_lock)
        {
            foreach (var spec in specs)
            {
                _due[spec.Symbol] = at;
            }
        }
    }

    [LoggerMessage(EventId = 1211, Level = LogLevel.Warning, Message = "The last ids of {Count} symbols cannot be compared with the exchange's: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, int count, string reason);
}
