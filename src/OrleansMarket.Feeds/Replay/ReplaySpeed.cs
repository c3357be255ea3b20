using System.Globalization;

namespace OrleansMarket.Feeds.Replay;

/// <summary>How fast a recording is played: a multiple of its own time, or as fast as it can be read.</summary>
/// <param name="Factor">Seconds of the recording per second; infinite for <see cref="Max"/>.</param>
public readonly record struct ReplaySpeed(double Factor)
{
    /// <summary>The largest finite factor.</summary>
    public const double Largest = 1_000_000;

    /// <summary>Gets as fast as the recording can be read.</summary>
    public static ReplaySpeed Max { get; } = new(double.PositiveInfinity);

    /// <summary>Gets whether nothing is waited for.</summary>
    public bool IsMax => double.IsPositiveInfinity(Factor);

    /// <summary>Reads <c>max</c>, <c>1x</c>, <c>10x</c>, <c>0.5x</c>.</summary>
    public static bool TryParse(string? text, out ReplaySpeed speed)
    {
        speed = Max;
        if (text is null or "max")
        {
            return text is not null;
        }

        if (!text.EndsWith('x') || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            || factor is not (> 0 and <= Largest))
        {
            return false;
        }

        speed = new ReplaySpeed(factor);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => IsMax ? "max" : string.Create(CultureInfo.InvariantCulture, $"{Factor}x");
}
