using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>Compares complete 1-minute candles with the exchange's own klines, field by field, in batches, within ten minutes.</summary>
public sealed partial class CompareLoop(IEngines engines, IExchange exchange, TimeProvider clock, ILogger<CompareLoop> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    // The exchange's own kline settles a moment after its window.
    private const long SettleMicros = 5 * Micros.PerSecond;

    /// <summary>Gets how many candles were found equal.</summary>
    public long Verified { get; private set; }

    /// <summary>Gets how many candles differed.</summary>
    public long Mismatched { get; private set; }

    /// <summary>Compares until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await CompareAsync(cancellationToken);
        }
    }

    /// <summary>Compares what is complete now.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var settled = Micros.From(clock.GetUtcNow()) - SettleMicros;
        foreach (var spec in engines.Symbols)
        {
            var progress = await engines.GetProgressAsync(spec.Symbol, cancellationToken);
            var ours = progress.Complete.Where(candle => candle.EndMicros <= settled).ToArray();
            if (ours.Length == 0)
            {
                continue;
            }

            try
            {
                var theirs = await exchange.GetKlinesAsync(
                    spec, CandleInterval.OneMinute, ours.Min(candle => candle.OpenTimeMicros), ours.Max(candle => candle.EndMicros), cancellationToken);
                await CompareAsync(spec, ours, theirs.ToDictionary(candle => candle.OpenTimeMicros), cancellationToken);
            }
            catch (ExchangeUnavailableException exception)
            {
                LogUnavailable(logger, spec.Symbol, exception.Message);
                return;
            }
        }
    }

    private async Task CompareAsync(SymbolSpec spec, Candle[] ours, Dictionary<long, Candle> theirs, CancellationToken cancellationToken)
    {
        foreach (var candle in ours)
        {
            if (!theirs.TryGetValue(candle.OpenTimeMicros, out var kline))
            {
                continue;
            }

            var equal = candle.EqualsKline(in kline);
            await engines.MarkComparedAsync(spec.Symbol, candle, equal, cancellationToken);
            if (equal)
            {
                Verified++;
            }
            else
            {
                Mismatched++;
                LogMismatch(logger, spec.Symbol, Micros.ToInstant(candle.OpenTimeMicros), candle.TradeCount, kline.TradeCount);
            }
        }
    }

    [LoggerMessage(EventId = 1221, Level = LogLevel.Warning, Message = "The 1-minute candle of {Symbol} at {OpenTime:O} differs from the exchange's own: {Ours} trades against {Theirs}")]
    private static partial void LogMismatch(ILogger logger, Symbol symbol, DateTimeOffset openTime, long ours, long theirs);

    [LoggerMessage(EventId = 1222, Level = LogLevel.Information, Message = "Candles of {Symbol} wait to be compared: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, Symbol symbol, string reason);
}
