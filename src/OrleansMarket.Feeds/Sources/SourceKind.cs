namespace OrleansMarket.Feeds.Sources;

/// <summary>What <c>--source</c> asks for.</summary>
public enum SourceKind : byte
{
    /// <summary>Live when the exchange can be reached, else the simulator.</summary>
    Auto,

    /// <summary>The exchange's live stream, waited for when it cannot be reached.</summary>
    Live,

    /// <summary>The built-in simulator.</summary>
    Simulator,

    /// <summary>A recording.</summary>
    File,
}
