using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Sources;

namespace OrleansMarket.Feeds.Loops;

/// <summary>The loops around the engines that every host runs once: repair, tail check, comparison, status and seasonal baselines where there is an exchange, and USD rates.</summary>
public sealed class MarketLoops
{
    private readonly List<(string Name, Func<CancellationToken, Task> Run)> _loops = [];

    /// <summary>Builds the loops; nothing runs yet.</summary>
    /// <param name="engines">The engines.</param>
    /// <param name="source">The source; a recording has no exchange to ask.</param>
    /// <param name="log">The raw trades.</param>
    /// <param name="candles">The stored candles.</param>
    /// <param name="options">The engines' settings.</param>
    /// <param name="settings">Remembers over restarts what was read for seasonal baselines.</param>
    /// <param name="parts">Shows what is wrong with repairs.</param>
    /// <param name="clock">Our clock.</param>
    /// <param name="loggers">Logs.</param>
    /// <param name="prices">Measures the dollar value of quote assets; <see langword="null"/> where nobody does.</param>
    /// <param name="jobs">Hears of every run; <see langword="null"/> where nobody asks for them.</param>
    public MarketLoops(
        IEngines engines, MarketParts source, ITradeLog log, ICandleStore candles, EngineOptions options, ISettingsStore settings, PipelineParts parts, TimeProvider clock, ILoggerFactory loggers,
        IPrices? prices = null, JobLog? jobs = null)
    {
        jobs ??= new JobLog();
        _loops.Add(("USD rate", new UsdRateLoop(engines, prices, clock, jobs).RunAsync));
        if (source is not { Exchange: { } exchange, Audit: { } audit, Repairer: { } repairer })
        {
            return;
        }

        var planner = repairer(log);
        var repair = new RepairLoop(engines, planner, clock, loggers.CreateLogger<RepairLoop>(), jobs);
        var tail = new TailCheckLoop(engines, exchange, clock, loggers.CreateLogger<TailCheckLoop>(), jobs);
        parts["missing trades"] = () => repair.Error;
        parts["trade ids"] = () => tail.Contradiction;
        _loops.Add(("repair", repair.RunAsync));
        _loops.Add(("tail check", tail.RunAsync));
        _loops.Add(("comparison", new CompareLoop(engines, audit, planner, candles, clock, loggers.CreateLogger<CompareLoop>(), jobs).RunAsync));
        _loops.Add(("status", new StatusLoop(engines, exchange, clock, loggers.CreateLogger<StatusLoop>(), jobs).RunAsync));
        if (options.Analytics.SeasonalBaseline)
        {
            _loops.Add(("seasonal baseline", new SeasonLoop(engines, audit, candles, settings, clock, loggers.CreateLogger<SeasonLoop>(), jobs).RunAsync));
        }
    }

    /// <summary>Starts them.</summary>
    public void Start(GuardedLoops loops)
    {
        foreach (var (name, run) in _loops)
        {
            loops.Start(name, run);
        }
    }
}
