using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>Brings a symbol's session to where its stream can be followed: from its stored state and the raw log, or cold from the exchange's klines.</summary>
public sealed partial class SymbolStart(
    ITradeLog log, ICandleStore candles, IExchange? exchange, TimeProvider clock, ILogger<SymbolStart> logger) : ISymbolStart
{
    private const int Page = 5_000;

    /// <inheritdoc/>
    public async Task BeginAsync(SymbolSession session, EngineState? state, CancellationToken cancellationToken)
    {
        if (state is { } known)
        {
            await RestoreAsync(session, known, cancellationToken);
            await ReadLogAsync(session, cancellationToken);
        }
        else
        {
            await StartColdAsync(session, cancellationToken);
        }

        session.OnStarted(Micros.From(clock.GetUtcNow()));
    }

    private async Task RestoreAsync(SymbolSession session, EngineState state, CancellationToken cancellationToken)
    {
        if (state.HasItsBase)
        {
            session.Load(state);
            return;
        }

        var now = Micros.From(clock.GetUtcNow());
        var minutes = await candles.ReadAsync(session.Spec, CandleInterval.OneMinute, now - Micros.PerDay, now, limit: 1_440, cancellationToken);
        if (session.Load(state, minutes) == EngineRestore.OtherBase)
        {
            LogOtherBase(logger, session.Spec.Symbol);
        }
        else
        {
            LogWithoutBase(logger, session.Spec.Symbol, minutes.Count);
        }
    }

    /// <summary>What was received after the last commit is in the raw log; what is not, comes as a repair.</summary>
    private async Task ReadLogAsync(SymbolSession session, CancellationToken cancellationToken)
    {
        var ranges = session.Engine.Gaps.Select(gap => gap.Missing).Append(new IdRange(session.Engine.NextId, long.MaxValue)).ToArray();
        var read = 0L;
        foreach (var range in ranges)
        {
            var next = range.First;
            while (next <= range.Last && await log.ReadByIdAsync(session.Spec, range with { First = next }, Page, cancellationToken) is { Count: > 0 } prints)
            {
                session.Apply(prints.ToArray(), refuse: null);
                read += prints.Count;
                next = prints[^1].Print.LastId + 1;
            }
        }

        LogRestored(logger, session.Spec.Symbol, session.Engine.NextId, read, session.Engine.MissingIds);
    }

    /// <summary>The exchange's settled minutes seed the figures; the trades since then, before the stream's first, will come as a repair.</summary>
    private async Task StartColdAsync(SymbolSession session, CancellationToken cancellationToken)
    {
        if (exchange is null)
        {
            return;
        }

        var spec = session.Spec;
        try
        {
            var history = await SettledHistory.ReadAsync(exchange, spec, Micros.From(clock.GetUtcNow()), cancellationToken);
            await candles.AppendAsync(spec, [.. history.Minutes, .. RolledUp.From(history.Minutes)], cancellationToken);
            session.Engine.Seed(history.Minutes);
            if (history.FirstId is { } id)
            {
                session.Engine.ExpectFrom(id, history.FromMicros);
            }

            LogCold(logger, spec.Symbol, history.Minutes.Count, history.FirstId);
        }
        catch (ExchangeUnavailableException exception)
        {
            LogUnseeded(logger, spec.Symbol, exception.Message);
        }
    }

    [LoggerMessage(EventId = 1231, Level = LogLevel.Information, Message = "{Symbol} goes on at trade {NextId}: {FromLog} trades from the raw log, {Missing} missing so far")]
    private static partial void LogRestored(ILogger logger, Symbol symbol, long nextId, long fromLog, long missing);

    [LoggerMessage(EventId = 1234, Level = LogLevel.Warning, Message = "The base that the state of {Symbol} needs is gone: it goes on from another one, what came since is repaired by id")]
    private static partial void LogOtherBase(ILogger logger, Symbol symbol);

    [LoggerMessage(EventId = 1235, Level = LogLevel.Warning, Message = "No base of the state of {Symbol} is there: its figures are made anew from {Minutes} stored minutes, its whale threshold begins anew")]
    private static partial void LogWithoutBase(ILogger logger, Symbol symbol, int minutes);

    [LoggerMessage(EventId = 1232, Level = LogLevel.Information, Message = "{Symbol} starts cold with {Minutes} minutes of the exchange's klines, from trade {FirstId}")]
    private static partial void LogCold(ILogger logger, Symbol symbol, int minutes, long? firstId);

    [LoggerMessage(EventId = 1233, Level = LogLevel.Warning, Message = "{Symbol} starts without history, its first candles are partial: {Reason}")]
    private static partial void LogUnseeded(ILogger logger, Symbol symbol, string reason);
}
