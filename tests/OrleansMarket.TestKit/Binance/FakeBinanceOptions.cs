namespace OrleansMarket.TestKit.Binance;

/// <summary>How the fake exchange is set up.</summary>
public sealed record FakeBinanceOptions
{
    /// <summary>Gets the exchange's clock: <c>/time</c>, event times and limits. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets how far the exchange's clock is ahead of <see cref="Clock"/>.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Gets the request weight allowed per minute.</summary>
    public int WeightPerMinute { get; init; } = 6_000;

    /// <summary>Gets the pause between pings; a client must answer within three of them.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets how many connections may be opened in five minutes.</summary>
    public int ConnectionsPerFiveMinutes { get; init; } = 300;
}
