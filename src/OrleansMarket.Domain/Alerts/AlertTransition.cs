using System.Globalization;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>One step in an alert's life, as the engine decided it.</summary>
public sealed record AlertTransition
{
    /// <summary>Gets the alert's identity: the same tape gives the same key.</summary>
    public required AlertKey Key { get; init; }

    /// <summary>Gets the new state.</summary>
    public required AlertState State { get; init; }

    /// <summary>Gets when the rule said so: a 1 s boundary of event time, µs.</summary>
    public required long TimeMicros { get; init; }

    /// <summary>Gets the rule's name, for people.</summary>
    public required string RuleName { get; init; }

    /// <summary>Gets how serious the rule is.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets whether the alert is about the data rather than the market.</summary>
    public required bool IsDataQuality { get; init; }

    /// <summary>Gets the value that decided.</summary>
    public required double Value { get; init; }

    /// <summary>Gets the threshold that was crossed.</summary>
    public required double Threshold { get; init; }

    /// <summary>Gets the price at that second, in quote units; 0 when unknown.</summary>
    public decimal Price { get; init; }

    /// <summary>Gets the share of trade ids present in the window, 0 to 1.</summary>
    public double Completeness { get; init; } = 1;

    /// <summary>Gets whether the second had to wait for a repair.</summary>
    public bool IsLate { get; init; }

    /// <summary>Gets why the transition is not to be told (inhibited, flapping), or <see langword="null"/>.</summary>
    public string? SuppressedBecause { get; init; }

    /// <summary>Gets whether an amendment takes the alert back: with the repaired data it would not have fired.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Gets what else is to be known, for people (is flapping, resolved by hand, the rule was changed), or <see langword="null"/>.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// Gets the identity of this transition. An alert is pending once and resolved once; it fires once to be told and, before that, at most once
    /// suppressed; amendments differ by time and value. An engine that is restored and decides the same again yields the same id.
    /// </summary>
    public string Id => State switch
    {
        AlertState.Pending => $"{Key}/pending",
        AlertState.Firing when SuppressedBecause is not null => $"{Key}/firing-suppressed",
        AlertState.Firing => $"{Key}/firing",
        AlertState.Resolved => $"{Key}/resolved",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Key}/amended/{TimeMicros}/{BitConverter.DoubleToInt64Bits(Value):x16}"),
    };
}

/// <summary>The identity of one alert: rule, rule version, symbol and the window in which it began.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="RuleVersion">The rule's version; a changed rule is a new alert.</param>
/// <param name="Symbol">The symbol.</param>
/// <param name="StartMicros">The 1 s boundary at which the condition began to hold, µs.</param>
public readonly record struct AlertKey(string RuleId, int RuleVersion, Symbol Symbol, long StartMicros)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RuleId}@{RuleVersion}/{Symbol}/{StartMicros}");

    /// <summary>Reads what <see cref="ToString"/> wrote; answers whether it is a key.</summary>
    public static bool TryParse(string? text, out AlertKey key)
    {
        key = default;
        var parts = text?.Split('/');
        if (parts is not { Length: 3 } || parts[0].LastIndexOf('@') is not (> 0 and var at) || !Symbol.IsPlausible(parts[1])
            || !int.TryParse(parts[0].AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        key = new(parts[0][..at], version, new(parts[1]), start);
        return true;
    }
}

/// <summary>Where an alert stands.</summary>
public enum AlertState : byte
{
    /// <summary>The condition holds, but not yet for long enough.</summary>
    Pending,

    /// <summary>The condition has held for long enough.</summary>
    Firing,

    /// <summary>The value came back past the exit threshold.</summary>
    Resolved,

    /// <summary>A repair changed the window: the figures of a reported alert are corrected, or the alert is withdrawn.</summary>
    Amended,
}

/// <summary>How serious a rule is.</summary>
public enum AlertSeverity : byte
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Look at it now.</summary>
    Critical,
}
