namespace OrleansMarket.Domain.Analytics;

/// <summary>A statistic, or the reason why there is none. Never a made-up number.</summary>
/// <param name="Value">The value; NaN unless <paramref name="Status"/> is <see cref="FigureStatus.Ok"/>.</param>
/// <param name="Status">Whether the value stands.</param>
/// <param name="Samples">How many observations it rests on.</param>
public readonly record struct Figure(double Value, FigureStatus Status, int Samples)
{
    /// <summary>A standing value.</summary>
    public static Figure Of(double value, int samples) => new(value, FigureStatus.Ok, samples);

    /// <summary>No value, and why.</summary>
    public static Figure None(FigureStatus why, int samples = 0) => new(double.NaN, why, samples);

    /// <summary>Gets the value, or <see langword="null"/>.</summary>
    public double? ValueOrNull => Status == FigureStatus.Ok ? Value : null;
}

/// <summary>Why a figure has no value. Wire names are kebab case.</summary>
public enum FigureStatus : byte
{
    /// <summary>Nothing observed yet.</summary>
    NoData,

    /// <summary>The value stands.</summary>
    Ok,

    /// <summary>Too few observations yet.</summary>
    NotEnoughHistory,

    /// <summary>Too few minutes with trades.</summary>
    NotEnoughActivity,

    /// <summary>The figure is undefined here (a ratio with nothing sold).</summary>
    Undefined,

    /// <summary>No USD rate is known for the quote asset.</summary>
    NoUsdRate,
}
