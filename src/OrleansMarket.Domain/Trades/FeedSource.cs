namespace OrleansMarket.Domain.Trades;

/// <summary>What kind of source feeds the product; shown wherever its prices are shown.</summary>
public enum FeedKind : byte
{
    /// <summary>The exchange's live stream.</summary>
    Live,

    /// <summary>The built-in simulator: nothing in it is a real price.</summary>
    Simulated,

    /// <summary>A recording.</summary>
    Replay,
}

/// <summary>What feeds the product.</summary>
/// <param name="Kind">Live, simulated or a recording.</param>
/// <param name="Name">Host or file, for people.</param>
public readonly record struct FeedSource(FeedKind Kind, string Name)
{
    /// <summary>The name of the source's data folder. Simulated markets of other settings have other ids: the state of one means nothing to another.</summary>
    public string ToFolder() => Kind switch
    {
        FeedKind.Live => "live",
        FeedKind.Simulated => Name,
        _ => "replay",
    };
}
