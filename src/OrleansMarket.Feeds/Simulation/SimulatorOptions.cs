using System.Globalization;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Configures the simulator. Section: <c>Feeds:Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Feeds:Simulator";

    /// <summary>Gets or sets the seed: another seed is another market, with other ids and prices. Default: 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>
    /// Gets or sets the average rate of BTCUSDT, trades per second, 0.001 to 100,000; other pairs trade in proportion, as on the exchange.
    /// Another rate is another market, with other ids. Default: 20.
    /// </summary>
    public double TradesPerSecond { get; set; } = 20;

    /// <summary>Gets or sets how often trades are handed on, 1 ms to 10 s. Default: 10 ms.</summary>
    public TimeSpan Pulse { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets or sets how far the history behind repairs and klines is behind the market, 0 to 1 min. Default: 200 ms.</summary>
    public TimeSpan HistoryLag { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets what goes wrong. Default: nothing.</summary>
    public SimulatorFaultOptions Faults { get; set; } = new();

    /// <summary>Gets what tells this market from those of other settings, fit for a folder name: state of one means nothing to another.</summary>
    public string MarketName => string.Create(CultureInfo.InvariantCulture, $"simulated-{Seed}-{TradesPerSecond}");
}

/// <summary>What goes wrong on the simulated stream. Whatever is lost there can be repaired. Section: <c>Feeds:Simulator:Faults</c>.</summary>
public sealed class SimulatorFaultOptions
{
    /// <summary>Gets or sets the chance of a trade to begin a hole, 0 to 0.5. Default: 0.</summary>
    public double Gaps { get; set; }

    /// <summary>Gets or sets the longest hole, 1 to 100,000 trades. Default: 50.</summary>
    public int LongestGap { get; set; } = 50;

    /// <summary>Gets or sets the chance of a trade to come twice, 0 to 0.5. Default: 0.</summary>
    public double Duplicates { get; set; }

    /// <summary>Gets or sets the chance of a trade to come behind later ones, 0 to 0.5. Default: 0.</summary>
    public double Reordered { get; set; }

    /// <summary>Gets or sets how many trades may overtake such a trade, 1 to 1,000. Default: 20.</summary>
    public int FarthestReorder { get; set; } = 20;

    /// <summary>Gets or sets the chance of a trade to arrive as a frame that cannot be read, 0 to 0.5. Default: 0.</summary>
    public double Malformed { get; set; }

    /// <summary>Gets or sets how often an hour the stream falls silent; what happens meanwhile is lost. 0 to 3,600. Default: 0.</summary>
    public double StallsPerHour { get; set; }

    /// <summary>Gets or sets how long it is silent then, 10 ms to 10 min. Default: 20 s.</summary>
    public TimeSpan StallLength { get; set; } = TimeSpan.FromSeconds(20);
}
