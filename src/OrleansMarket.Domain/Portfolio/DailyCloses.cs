namespace OrleansMarket.Domain.Portfolio;

/// <summary>An asset's price at the end of a UTC day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Price">The price at its end, above 0.</param>
public readonly record struct DailyClose(DateOnly Day, decimal Price);

/// <summary>The closed days of one asset.</summary>
public sealed record DailyCloses
{
    /// <summary>Gets the ticker.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets where the closes come from, for people; simulated ones say so.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the closes, oldest first, each day at most once.</summary>
    public IReadOnlyList<DailyClose> Closes { get; init; } = [];

    /// <summary>Gets whether the asset is the money that the closes are counted in, or taken as such: it never moves.</summary>
    public bool IsConstant { get; init; }

    /// <summary>Gets why closes are missing, or <see langword="null"/>.</summary>
    public string? Problem { get; init; }
}

/// <summary>Where daily closes come from.</summary>
public interface IDailyHistory
{
    /// <summary>How many daily returns a history goes back at most.</summary>
    const int Days = 500;

    /// <summary>The closes of the last <see cref="Days"/> + 1 closed UTC days of each asset, as far as there are any; every asset asked for is in the answer.</summary>
    Task<IReadOnlyDictionary<string, DailyCloses>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);
}
