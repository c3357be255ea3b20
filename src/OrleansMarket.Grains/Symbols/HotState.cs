namespace OrleansMarket.Grains.Symbols;

/// <summary>What an engine goes on from: the session's snapshot, with everything in it that waits to be handed on.</summary>
[GenerateSerializer]
[Alias("market.hot-state.v1")]
public sealed class HotState
{
    /// <summary>The name under which it is stored.</summary>
    public const string Name = "hot";

    /// <summary>Gets or sets the snapshot; its first byte is the version of its format.</summary>
    [Id(0)]
    public byte[] Snapshot { get; set; } = [];
}
