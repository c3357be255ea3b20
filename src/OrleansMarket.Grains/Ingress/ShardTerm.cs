namespace OrleansMarket.Grains.Ingress;

/// <summary>Who owns a shard. Each owner writes a term higher than the one before, and gives up when it reads a higher one than its own.</summary>
[GenerateSerializer]
[Alias("market.ingress-term.v1")]
public sealed class ShardTerm
{
    /// <summary>Gets or sets the term; 0 before the first owner.</summary>
    [Id(0)]
    public long Epoch { get; set; }

    /// <summary>Gets or sets the owner's silo, for people.</summary>
    [Id(1)]
    public string Owner { get; set; } = "";
}
