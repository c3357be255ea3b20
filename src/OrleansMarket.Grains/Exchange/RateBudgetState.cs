namespace OrleansMarket.Grains.Exchange;

/// <summary>What must survive any restart: asking again under a ban makes it longer.</summary>
[GenerateSerializer]
[Alias("market.rate-budget-state.v1")]
public sealed class RateBudgetState
{
    /// <summary>The name in grain storage.</summary>
    public const string Name = "ban";

    /// <summary>Gets or sets until when nothing may be sent; long ago when nothing forbids it.</summary>
    [Id(0)]
    public DateTimeOffset BannedUntil { get; set; }

    /// <summary>Gets or sets what the exchange said.</summary>
    [Id(1)]
    public string Reason { get; set; } = "";

    /// <summary>Gets or sets the weight per minute that the exchange told last; 0 before.</summary>
    [Id(2)]
    public int Limit { get; set; }
}
