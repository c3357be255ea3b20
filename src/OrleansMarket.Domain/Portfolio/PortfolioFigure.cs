namespace OrleansMarket.Domain.Portfolio;

/// <summary>A figure of a portfolio with what it rests on, or the reason why there is none.</summary>
public sealed record PortfolioFigure
{
    /// <summary>Gets the figure as an amount in USD; <see langword="null"/> where there is none or the figure is no amount.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Gets the figure as a ratio: 0.05 is 5 %, a correlation lies in −1 to 1; <see langword="null"/> where there is none.</summary>
    public double? Ratio { get; init; }

    /// <summary>Gets how many prices (of value, change, profit) or daily returns (of risk) it rests on.</summary>
    public int Samples { get; init; }

    /// <summary>Gets how many samples it needs.</summary>
    public int Needed { get; init; }

    /// <summary>Gets where the prices and closes come from.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Gets the time of the oldest price, or the end of the last day, that it rests on; <see langword="null"/> without any.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Gets the age of <see cref="AsOf"/>, in milliseconds; <see langword="null"/> without any.</summary>
    public long? AgeMs { get; init; }

    /// <summary>Gets whether something that it rests on is older than it should be.</summary>
    public bool IsStale { get; init; }

    /// <summary>Gets why there is no figure, or what it leaves out; <see langword="null"/> when there is nothing to say.</summary>
    public string? Reason { get; init; }

    internal PortfolioFigure Aged(DateTimeOffset now) => this with { AgeMs = Age(AsOf, now) };

    internal static long? Age(DateTimeOffset? asOf, DateTimeOffset now) => asOf is { } time ? Math.Max(0, (long)(now - time).TotalMilliseconds) : null;
}
