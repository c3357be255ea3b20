using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>Configures the analytics of one symbol. Section: <c>Engine:Analytics</c>. Checked by <see cref="AnalyticsOptionsValidator"/>.</summary>
public sealed record AnalyticsOptions
{
    /// <summary>The most sweeps that the whale quantile may rest on; bounds the memory of a symbol.</summary>
    public const int MaxWhaleHistory = 10_000;

    /// <summary>Gets the smallest notional of a whale, USD (quote units where no rate is known), more than 0. Default: 100,000.</summary>
    public double WhaleFloor { get; init; } = 100_000;

    /// <summary>Gets floors of single symbols by name (BTCUSDT), in the unit of <see cref="WhaleFloor"/>, which holds for all others. Default: none.</summary>
    public IReadOnlyDictionary<string, double> WhaleFloors { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets the quantile of the last sweeps that a whale must reach, 0.9 to 0.9999. Default: 0.995.</summary>
    public double WhaleQuantile { get; init; } = 0.995;

    /// <summary>Gets how many of the last sweeps the quantile rests on, 200 to 10,000. Default: 10,000.</summary>
    public int WhaleHistory { get; init; } = MaxWhaleHistory;

    /// <summary>Gets how many sweeps must be known before the quantile counts, 1 to <see cref="WhaleHistory"/>; the floor alone decides until then. Default: 200.</summary>
    public int WhaleMinSweeps { get; init; } = 200;

    /// <summary>Gets how many minutes with trades a 1-minute volatility needs, 2 to 60. Default: 30.</summary>
    public int MinActiveMinutes { get; init; } = 30;

    /// <summary>Gets how many minutes with trades the baseline of a volume spike needs, 2 to 1,440. Default: 60.</summary>
    public int SpikeMinActiveMinutes { get; init; } = 60;

    /// <summary>Gets the smallest quote volume of a minute that can be a spike, USD (quote units where no rate is known), at least 0. Default: 10,000.</summary>
    public double SpikeMinNotional { get; init; } = 10_000;

    /// <summary>Gets whether a volume spike is judged against the same hour of the week once four weeks of klines were given. Default: no, against the last 24 h.</summary>
    public bool SeasonalBaseline { get; init; }

    /// <summary>The smallest notional of a whale of one symbol, USD (quote units where no rate is known).</summary>
    public double WhaleFloorOf(Symbol symbol) =>
        symbol.Value is { } name && WhaleFloors.TryGetValue(name, out var floor) ? floor : WhaleFloor;
}
