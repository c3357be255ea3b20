using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Alerts;

/// <summary>The rules that apply until somebody stores others: at least one for each kind of signal, quiet enough for liquid pairs.</summary>
public static class DefaultAlertRules
{
    /// <summary>Gets the rules.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new()
        {
            Id = "price-shock-1m", Name = "Price shock within a minute", Signal = Signal.PriceMove1m, Direction = AlertDirection.Magnitude,
            Enter = 2, Exit = 1, Severity = AlertSeverity.Critical, Cooldown = TimeSpan.FromMinutes(5),
        },
        new()
        {
            Id = "price-move-5m", Name = "Price moves fast", Signal = Signal.PriceMove5m, Direction = AlertDirection.Magnitude,
            Enter = 2, Exit = 1, Cooldown = TimeSpan.FromMinutes(15),
        },
        new()
        {
            Id = "price-move-1h", Name = "Large move within an hour", Signal = Signal.PriceMove1h, Direction = AlertDirection.Magnitude,
            Enter = 5, Exit = 3, Cooldown = TimeSpan.FromHours(1),
        },
        new()
        {
            Id = "volatility-1h", Name = "Volatility is high", Signal = Signal.Volatility1h, Enter = 1.5, Exit = 1.1,
            For = TimeSpan.FromMinutes(2), Cooldown = TimeSpan.FromMinutes(30),
        },
        new()
        {
            Id = "volatility-24h", Name = "A volatile day", Signal = Signal.Volatility24h, Enter = 1.2, Exit = 1,
            For = TimeSpan.FromMinutes(10), Cooldown = TimeSpan.FromHours(4), Severity = AlertSeverity.Info,
        },
        new()
        {
            Id = "volume-spike", Name = "Volume spike", Signal = Signal.VolumeSpike, Enter = 6, Exit = 3,
            Cooldown = TimeSpan.FromMinutes(15), Severity = AlertSeverity.Info,
        },
        new()
        {
            Id = "buy-pressure", Name = "Takers buy", Signal = Signal.BuyShare5m, Enter = 0.85, Exit = 0.7, MinSamples = 50,
            For = TimeSpan.FromMinutes(1), Cooldown = TimeSpan.FromMinutes(30), Severity = AlertSeverity.Info,
        },
        new()
        {
            Id = "sell-pressure", Name = "Takers sell", Signal = Signal.BuyShare5m, Direction = AlertDirection.Below, Enter = 0.15, Exit = 0.3, MinSamples = 50,
            For = TimeSpan.FromMinutes(1), Cooldown = TimeSpan.FromMinutes(30), Severity = AlertSeverity.Info,
        },
        new()
        {
            Id = "whale", Name = "Whale", Signal = Signal.WhaleNotional, Enter = 1_000_000, Cooldown = TimeSpan.Zero, Severity = AlertSeverity.Info,
        },
        new()
        {
            Id = "source-deviation", Name = "Other sources disagree on the price", Signal = Signal.SourceDeviation, Direction = AlertDirection.Magnitude,
            Enter = 1, Exit = 0.5, For = TimeSpan.FromSeconds(30), Cooldown = TimeSpan.FromMinutes(15),
        },
        new()
        {
            Id = "stale-feed", Name = "No trades arrive", Signal = Signal.StaleFeed, Enter = 30, Exit = 1, Severity = AlertSeverity.Critical,
        },
        new()
        {
            Id = "gap-open", Name = "Trades are missing", Signal = Signal.GapOpen, Enter = 60, Exit = 1,
        },
        new()
        {
            Id = "lag", Name = "The pipeline lags", Signal = Signal.Lag, Enter = 5, Exit = 2, For = TimeSpan.FromSeconds(30),
        },
        new()
        {
            Id = "dead-letters", Name = "Frames are refused", Signal = Signal.DeadLetterRate, Enter = 5, Exit = 1,
            For = TimeSpan.FromSeconds(30), Cooldown = TimeSpan.FromMinutes(15),
        },
    ];
}
