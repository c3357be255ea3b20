using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>On which side of the threshold a rule fires.</summary>
public enum AlertDirection : byte
{
    /// <summary>At or above the enter threshold.</summary>
    Above,

    /// <summary>At or below the enter threshold.</summary>
    Below,

    /// <summary>When the magnitude is at or above the enter threshold.</summary>
    Magnitude,
}

/// <summary>One alert rule. Validated as a whole by <see cref="AlertRuleValidator"/>.</summary>
public sealed record AlertRule
{
    /// <summary>Gets the id: kebab case, 1 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the version; raised by one with every change.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Gets the name, for people; 1 to 120 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the symbols watched; empty means all.</summary>
    public IReadOnlyList<Symbol> Symbols { get; init; } = [];

    /// <summary>Gets what is watched.</summary>
    public required Signal Signal { get; init; }

    /// <summary>Gets on which side of the threshold it fires.</summary>
    public AlertDirection Direction { get; init; } = AlertDirection.Above;

    /// <summary>Gets the threshold at which the condition begins to hold, in the signal's unit.</summary>
    public required double Enter { get; init; }

    /// <summary>Gets the threshold at which it ends (hysteresis); default: the enter threshold.</summary>
    public double? Exit { get; init; }

    /// <summary>Gets how long the condition must hold, whole seconds, 0 to 24 h. Default: 0.</summary>
    public TimeSpan For { get; init; }

    /// <summary>Gets how long after a resolution the rule stays quiet on that symbol, 0 to 24 h. Default: 5 minutes.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how many observations the figure needs. Default: 1.</summary>
    public int MinSamples { get; init; } = 1;

    /// <summary>Gets how serious it is. Default: warning.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>Gets how many messages an hour the rule may cause over all symbols before the rest goes into a digest; 1 to 1,000. Default: 20.</summary>
    public int HourlyBudget { get; init; } = 20;

    /// <summary>Gets whether the rule is evaluated. Default: yes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets whether the signal is about the data rather than the market; such alerts inhibit market alerts of the same symbol.</summary>
    public bool IsDataQuality => Signal is Signal.SourceDeviation or Signal.StaleFeed or Signal.GapOpen or Signal.Lag or Signal.DeadLetterRate;

    /// <summary>Gets the exit threshold in force.</summary>
    public double ExitThreshold => Exit ?? Enter;
}
