namespace OrleansMarket.Contracts.Ingress;

/// <summary>How one shard of the feed does.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.ingress-shard-status.v1")]
public sealed record IngressShardStatus
{
    /// <summary>Gets the shard's number.</summary>
    [Id(0)]
    public required int Shard { get; init; }

    /// <summary>Gets the owner's term; each owner has a higher one than the one before.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>Gets the silo that owns it, as Orleans names it.</summary>
    [Id(2)]
    public required string Silo { get; init; }

    /// <summary>Gets how many symbols it carries.</summary>
    [Id(3)]
    public required int Symbols { get; init; }

    /// <summary>Gets whether every planned connection is up.</summary>
    [Id(4)]
    public bool Connected { get; init; }

    /// <summary>Gets how many connections are up.</summary>
    [Id(5)]
    public int Connections { get; init; }

    /// <summary>Gets how many connections the plan wants.</summary>
    [Id(6)]
    public int Planned { get; init; }

    /// <summary>Gets reconnections since the owner began.</summary>
    [Id(7)]
    public long Reconnects { get; init; }

    /// <summary>Gets frames read since the owner began.</summary>
    [Id(8)]
    public long Frames { get; init; }

    /// <summary>Gets frames that are simply not trades.</summary>
    [Id(9)]
    public long OtherFrames { get; init; }

    /// <summary>Gets the exchange's clock minus ours, µs; <see langword="null"/> before it is measured.</summary>
    [Id(10)]
    public long? ClockOffsetMicros { get; init; }

    /// <summary>Gets what went wrong last, for people; <see langword="null"/> when nothing did. Holds no secret.</summary>
    [Id(11)]
    public string? LastError { get; init; }

    /// <summary>Gets the kind of the source: live, simulated, replay.</summary>
    [Id(12)]
    public string SourceKind { get; init; } = "live";

    /// <summary>Gets the source's host, for people.</summary>
    [Id(13)]
    public string SourceName { get; init; } = "";
}
