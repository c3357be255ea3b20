namespace OrleansMarket.Domain.Analytics;

/// <summary>What the pipeline says of itself, handed to the engine with each recorded tick so that a replay sees the same.</summary>
/// <param name="LagP99Seconds">99 % quantile of the end-to-end lag over the last minute, seconds; NaN when unknown.</param>
/// <param name="DeadLettersPerThousand">Dead letters per 1,000 frames over the last minute; NaN when there were no frames.</param>
/// <param name="SourceDeviationPercent">Difference to other price sources, percent; NaN when unknown.</param>
/// <param name="TradingExpected">Whether the exchange says that the symbol trades; silence is stale only then.</param>
public readonly record struct PipelineReading(double LagP99Seconds, double DeadLettersPerThousand, double SourceDeviationPercent, bool TradingExpected)
{
    /// <summary>Nothing known.</summary>
    public static PipelineReading Unknown => new(double.NaN, double.NaN, double.NaN, true);
}
