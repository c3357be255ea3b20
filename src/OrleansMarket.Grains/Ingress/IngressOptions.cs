using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OrleansMarket.Contracts.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>How the feed is divided and its trades are batched. Section: <c>Ingress</c>. Must be the same on every silo with the ingress role.</summary>
public sealed class IngressOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Ingress";

    /// <summary>Gets or sets into how many shards the symbols are divided; each has one owner among the ingress silos. Default: 4.</summary>
    [Range(1, 256)]
    public int Shards { get; set; } = 4;

    /// <summary>Gets or sets how many prints of one symbol travel together at most. Default: 500.</summary>
    [Range(1, TradeBatchCodec.MaxPrints)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Gets or sets how long the first print of a batch waits for others at most. Default: 15 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan BatchAge { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Gets or sets how often each ingress silo makes sure that every shard has an owner. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:10")]
    public TimeSpan KeepEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how often an owner looks whether it has been followed by another. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Checks <see cref="IngressOptions"/>.</summary>
[OptionsValidator]
public sealed partial class IngressOptionsValidator : IValidateOptions<IngressOptions>;
