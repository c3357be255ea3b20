namespace OrleansMarket.TestKit.Binance;

/// <summary>A seeded plan of everyday trouble on the stream: how likely each frame meets which fault.</summary>
/// <param name="Seed">The same seed and tape meet the same faults.</param>
public sealed record Mischief(int Seed)
{
    /// <summary>Gets the chance that a frame is not sent at all.</summary>
    public double Drop { get; init; }

    /// <summary>Gets the chance that a frame is sent twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Gets the chance that a frame is held back behind up to twenty later ones.</summary>
    public double Reorder { get; init; }

    /// <summary>Gets the chance that a frame arrives broken, beyond recognition as a trade.</summary>
    public double Corrupt { get; init; }

    /// <summary>Gets the chance that every connection is cut after a frame.</summary>
    public double Cut { get; init; }

    /// <summary>A mixture of all of it.</summary>
    public static Mischief Everything(int seed) =>
        new(seed) { Drop = 0.02, Duplicate = 0.03, Reorder = 0.03, Corrupt = 0.005, Cut = 0.001 };
}
