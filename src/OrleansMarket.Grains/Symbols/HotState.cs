namespace OrleansMarket.Grains.Symbols;

/// <summary>What an engine goes on from, together with the base that it refers to; with everything in it that waits to be handed on. At most 16 KB as stored.</summary>
[GenerateSerializer]
[Alias("market.hot-state.v1")]
public sealed class HotState
{
    /// <summary>The name under which it is stored.</summary>
    public const string Name = "hot";

    /// <summary>Gets or sets its bytes; the first is the version of their format.</summary>
    [Id(0)]
    public byte[] Snapshot { get; set; } = [];
}
