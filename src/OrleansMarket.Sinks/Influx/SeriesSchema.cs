namespace OrleansMarket.Sinks.Influx;

/// <summary>Everything that is written to InfluxDB. <c>docs/influx.md</c> shows it; a test holds the two together.</summary>
public static class SeriesSchema
{
    /// <summary>Gets the measurements.</summary>
    public static IReadOnlyList<SeriesMeasurement> Measurements { get; } =
    [
        CandleSeries.Measurement,
        MarketSeries.Measurement,
        WhaleSeries.Measurement,
        AlertSeries.Measurement,
        PipelineSeries.Measurement,
        PriceSeries.Measurement,
        TradeSeries.Measurement,
    ];
}
