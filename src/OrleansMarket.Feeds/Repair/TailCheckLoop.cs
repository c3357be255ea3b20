using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// No later id exposes what was lost last: after every interruption, and every minute for symbols that are quiet, the last id is compared with
/// the exchange's own. An id of ours that the exchange has never reached is found here, too: its ids began anew, or we took a false one.
/// </summary>
public sealed partial class TailCheckLoop(IEngines engines, IExchange exchange, TimeProvider clock, ILogger<TailCheckLoop> logger, JobLog jobs)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    // The exchange's answer may be so much behind its trades: asked sooner after an interruption it could be from before.
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    // The stream may be a little behind the exchange's answer; what arrives meanwhile is not a hole.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    // An exchange that has not heard of a trade after so long never will: its answers lag by seconds.
    private const long LongestLagMicros = Micros.PerMinute;

    private readonly Dictionary<Symbol, DateTimeOffset> _asked = [];
    private readonly Dictionary<Symbol, long> _askedAfter = []; // which interruption
    private readonly Dictionary<Symbol, (long InterruptedMicros, DateTimeOffset Seen)> _interruptions = [];
    private readonly SortedDictionary<string, Ahead> _ahead = new(StringComparer.Ordinal);
    private DateTimeOffset _notBefore;
    private volatile string? _contradiction;

    /// <summary>Gets why the last check failed, or <see langword="null"/> when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets which symbols hold ids that the exchange has never reached, so that its true trades look like repeats; <see langword="null"/> when none does.</summary>
    public string? Contradiction => _contradiction;

    /// <summary>Checks until cancelled; then it says nothing more, for another silo may check.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await jobs.RepeatAsync("tail-check", Period, clock, async outcome =>
            {
                await CheckDueAsync(cancellationToken);
                outcome.Fail(Error);
            }, cancellationToken);
        }
        finally
        {
            _contradiction = null;
        }
    }

    /// <summary>Checks the symbols that are due now.</summary>
    public async Task CheckDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < _notBefore)
        {
            return;
        }

        var due = new Dictionary<SymbolSpec, EngineProgress>();
        foreach (var spec in engines.Symbols)
        {
            var progress = await engines.GetProgressAsync(spec.Symbol, cancellationToken);
            if (IsDue(spec.Symbol, progress, now))
            {
                due.Add(spec, progress);
            }
        }

        if (due.Count == 0)
        {
            return;
        }

        try
        {
            var last = await exchange.GetLastTradesAsync(due.Keys, cancellationToken);
            foreach (var spec in due.Keys)
            {
                _asked[spec.Symbol] = now;
                _askedAfter[spec.Symbol] = due[spec].InterruptedMicros;
            }

            await Task.Delay(Settle, clock, cancellationToken);
            foreach (var (spec, before) in due.Where(pair => last.ContainsKey(pair.Key.Symbol)))
            {
                var trade = last[spec.Symbol];
                Compare(spec.Symbol, trade, await engines.GetProgressAsync(spec.Symbol, cancellationToken), now);
                await engines.ConfirmLastIdAsync(spec.Symbol, trade, before.InterruptedMicros, cancellationToken);
            }

            Error = null;
            _contradiction = Describe();
        }
        catch (ExchangeUnavailableException exception)
        {
            Error = exception.Message;
            _notBefore = now + (exception.RetryAfter ?? TimeSpan.FromSeconds(10));
            LogUnavailable(logger, due.Count, exception.Message);
        }
    }

    /// <summary>
    /// Whether a symbol is to be asked for: it was interrupted, or is quiet. A later trade does not show that nothing was lost, for it may be from before the
    /// interruption and have travelled longer than the news of it.
    /// </summary>
    private bool IsDue(Symbol symbol, EngineProgress progress, DateTimeOffset now) =>
        progress.TailIsUnknown || (progress.InterruptedMicros > 0 && progress.InterruptedMicros != _askedAfter.GetValueOrDefault(symbol))
            ? IsOver(symbol, progress.InterruptedMicros, now)
            : !_asked.TryGetValue(symbol, out var asked) || now - asked >= Quiet;

    /// <summary>Whether an interruption is so long ago that the exchange's answer cannot be from before it.</summary>
    private bool IsOver(Symbol symbol, long interruptedMicros, DateTimeOffset now)
    {
        if (!_interruptions.TryGetValue(symbol, out var last) || last.InterruptedMicros != interruptedMicros)
        {
            _interruptions[symbol] = last = (interruptedMicros, now);
        }

        return now - last.Seen >= Lag;
    }

    /// <summary>Compares the exchange's newest id with ours. One answer may come from a server that lags; two that are a minute apart do not.</summary>
    private void Compare(Symbol symbol, LastTrade theirs, EngineProgress ours, DateTimeOffset now)
    {
        var (newest, isKnown) = (ours.NextId - 1, theirs.LastId >= 0); // a symbol that rests for a day has no last id
        if (!isKnown || theirs.LastId >= newest || theirs.AskedMicros - ours.LastTradeMicros <= LongestLagMicros)
        {
            _ahead.Remove(symbol.Value);
            return;
        }

        var before = _ahead.GetValueOrDefault(symbol.Value) ?? new Ahead(now, newest, theirs.LastId, IsSure: false);
        var ahead = before with { Ours = newest, Theirs = theirs.LastId, IsSure = now - before.Since >= Quiet };
        _ahead[symbol.Value] = ahead;
        if (ahead.IsSure && !before.IsSure)
        {
            LogAhead(logger, symbol, newest, theirs.LastId);
        }
    }

    private string? Describe()
    {
        var sure = _ahead.Where(pair => pair.Value.IsSure).Select(pair => string.Create(
            CultureInfo.InvariantCulture, $"{pair.Key} holds trade {pair.Value.Ours} while the exchange's newest is {pair.Value.Theirs}")).ToArray();
        return sure.Length == 0
            ? null
            : $"{string.Join("; ", sure)}: ids of the exchange began anew or a false one was taken, and true trades look like repeats; start the symbol anew (docs/operations.md#a-symbol-anew)";
    }

    private sealed record Ahead(DateTimeOffset Since, long Ours, long Theirs, bool IsSure);

    [LoggerMessage(EventId = 1212, Level = LogLevel.Error,
        Message = "{Symbol} holds trade {Ours} while the exchange's newest is {Theirs}: ids of the exchange began anew or a false one was taken, and true trades look like repeats; start the symbol anew")]
    private static partial void LogAhead(ILogger logger, Symbol symbol, long ours, long theirs);

    [LoggerMessage(EventId = 1211, Level = LogLevel.Warning, Message = "The last ids of {Count} symbols cannot be compared with the exchange's: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, int count, string reason);
}
