namespace OrleansMarket.Feeds.Sources;

/// <summary>What feeds the product, as asked for.</summary>
/// <param name="Kind">What feeds the product.</param>
/// <param name="File">The recording, for <see cref="SourceKind.File"/>.</param>
/// <param name="Speed">The recording's speed, as written.</param>
/// <param name="DataDirectory">Where state is kept; each kind of source has a folder of its own below it, so that simulated trades never meet real ones.</param>
public sealed record SourceSettings(SourceKind Kind, string? File, string Speed, string DataDirectory)
{
    /// <summary>Reads what a person wrote.</summary>
    /// <param name="source">auto, live, simulator or a file.</param>
    /// <param name="speed">max, 1x, 10x.</param>
    /// <param name="dataDirectory">Where state is kept.</param>
    /// <exception cref="MarketStartException">It is none of them.</exception>
    public static SourceSettings Parse(string source, string speed, string dataDirectory)
    {
        SourceKind? named = source switch
        {
            "auto" => SourceKind.Auto,
            "live" => SourceKind.Live,
            "simulator" => SourceKind.Simulator,
            _ => null,
        };
        if (named is null && !System.IO.File.Exists(source))
        {
            throw new MarketStartException($"--source: expected auto, live, simulator or a file that exists, found '{source}'");
        }

        return new(named ?? SourceKind.File, named is null ? source : null, speed, dataDirectory);
    }
}
