using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>The pipeline from source to engine, wherever it runs: in one process or over the silos of a cluster.</summary>
public interface IPipeline
{
    /// <summary>Gets what feeds the product.</summary>
    FeedSource Source { get; }

    /// <summary>Gets now on the exchange's clock as far as its offset is known, µs; for a recording, where it has got to.</summary>
    long ExchangeNowMicros { get; }

    /// <summary>Gets what it says of itself to the engines, with each recorded tick.</summary>
    PipelineReading Reading { get; }

    /// <summary>How it does.</summary>
    PipelineState Describe();
}
