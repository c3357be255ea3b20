using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Runs a rule over the raw trades that are kept, each symbol warmed up with the day of 1-minute candles before.</summary>
public sealed class RulePreviewer(IEngines engines, ITradeLog log, ICandleStore candles) : IRulePreviewer
{
    private const int Page = 20_000;

    /// <inheritdoc/>
    public async Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var backtest = new AlertBacktest(rule);
        foreach (var spec in engines.Symbols.Where(spec => rule.Symbols.Count == 0 || rule.Symbols.Contains(spec.Symbol)))
        {
            await ObserveAsync(spec, backtest, Micros.From(from), Micros.From(to), cancellationToken);
        }

        return backtest.Complete();
    }

    private async Task ObserveAsync(SymbolSpec spec, AlertBacktest backtest, long from, long to, CancellationToken cancellationToken)
    {
        var engine = new SymbolEngine(spec, new EngineOptions(), new Watcher(spec, backtest));
        var prints = await log.ReadByTimeAsync(spec, from, to, Page, cancellationToken);
        if (prints.Count == 0)
        {
            return;
        }

        var minute = CandleInterval.OneMinute.OpenOf(prints[0].Print.TradeTimeMicros);
        engine.Seed(await candles.ReadAsync(spec, CandleInterval.OneMinute, minute - Micros.PerDay, minute, 1_440, cancellationToken));
        while (prints.Count > 0)
        {
            foreach (var received in prints)
            {
                var print = received.Print;
                engine.Apply(in print);
            }

            // Ids missing from the log are missing for good here: nothing waits for them.
            engine.Tick(engine.LastTradeMicros, PipelineReading.Unknown);
            engine.GiveUpGaps();
            prints = prints.Count < Page
                ? []
                : await log.ReadByIdAsync(spec, new IdRange(prints[^1].Print.LastId + 1, long.MaxValue), Page, cancellationToken);
            prints = [.. prints.Where(received => received.Print.TradeTimeMicros < to)];
        }
    }

    /// <summary>Only the seconds matter.</summary>
    private sealed class Watcher(SymbolSpec spec, AlertBacktest backtest) : ISymbolObserver
    {
        public void OnSecond(SignalFrame frame) => backtest.Observe(spec, frame);

        public void OnCandle(in Candle candle)
        {
        }

        public void OnWhale(in Sweep sweep)
        {
        }

        public void OnGap(in Gap gap)
        {
        }

        public void OnAlert(AlertTransition transition)
        {
        }
    }
}
