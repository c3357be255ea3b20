using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.DeadLetters;

namespace OrleansMarket.Grains.Symbols;

/// <summary>What every engine of a silo shares.</summary>
/// <param name="Engine">The engines' settings.</param>
/// <param name="Start">Restores a session or starts it cold.</param>
/// <param name="Candles">Keeps closed candles.</param>
/// <param name="Whales">Keeps whales.</param>
/// <param name="Gaps">Keeps the history of gaps.</param>
/// <param name="Alerts">Knows the rules.</param>
/// <param name="Letters">Takes what was refused.</param>
/// <param name="Pipeline">The pipeline over all silos.</param>
/// <param name="Stats">Counts and times this silo.</param>
/// <param name="Saves">Hears whether states are saved.</param>
/// <param name="Jobs">Hears of every tick and save.</param>
/// <param name="Clock">Our clock.</param>
/// <param name="SourceDeviation">How far a last price is from what other venues say, percent; NaN where nobody can say.</param>
/// <param name="Series">Keeps time series, or <see langword="null"/> where none are wanted.</param>
public sealed record SymbolServices(
    EngineOptions Engine, ISymbolStart Start, ICandleStore Candles, IWhaleStore Whales, IGapStore Gaps, IAlertStore Alerts, DeadLetterSender Letters,
    IPipeline Pipeline, PipelineStats Stats, SaveStatus Saves, JobLog Jobs, TimeProvider Clock, Func<SymbolSpec, decimal, double> SourceDeviation, ISeriesSink? Series = null)
{
    /// <summary>What the pipeline says of itself to one engine.</summary>
    public PipelineReading ReadingOf(SymbolSession session) => Pipeline.Reading with
    {
        SourceDeviationPercent = session.Engine.LastPrice is > 0 and var price ? SourceDeviation(session.Spec, session.Spec.Price(price)) : double.NaN,
    };
}
