using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Tests.Alerts;

/// <summary>Transitions and messages as tests need them.</summary>
internal static class Messages
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static AlertTransition Fire(string symbol = "BTCUSDT", double second = 0, string rule = "move", double value = 2.5) => new()
    {
        Key = new(rule, 1, new(symbol), Micros.From(Start.AddSeconds(second))),
        State = AlertState.Firing,
        TimeMicros = Micros.From(Start.AddSeconds(second)),
        RuleName = "Price moves fast",
        Severity = AlertSeverity.Warning,
        IsDataQuality = false,
        Value = value,
        Threshold = 2,
        Price = 65_000.5m,
    };

    public static OutboxMessage Message(OutboxKind kind = OutboxKind.Alert, params AlertTransition[] transitions) => new()
    {
        Id = "00c0ffee00c0ffee",
        Kind = kind,
        RuleId = "move",
        RuleName = "Price moves fast",
        Signal = Signal.PriceMove5m,
        Severity = AlertSeverity.Warning,
        Transitions = transitions.Length > 0 ? transitions : [Fire()],
        CreatedTime = Start,
    };

    public static OutboxEntry Entry(OutboxMessage? message = null, bool possibleRepeat = false) => new()
    {
        Message = message ?? Message(),
        Channel = "slack",
        NextAttemptTime = Start,
        PossibleRepeat = possibleRepeat,
    };
}
