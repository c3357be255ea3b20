namespace OrleansMarket.Grains.Symbols;

/// <summary>Everything of an engine at one moment, to which its hot state refers. There is room for two, so that the next does not overwrite the one in use.</summary>
[GenerateSerializer]
[Alias("market.base-state.v1")]
public sealed class BaseState
{
    /// <summary>The name under which the one of slot 0 is stored.</summary>
    public const string Even = "base-0";

    /// <summary>The name under which the one of slot 1 is stored.</summary>
    public const string Odd = "base-1";

    /// <summary>Gets or sets its bytes, which begin with the version of their format.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
