using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>alert</c>.</summary>
internal static class AlertSeries
{
    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("alert", "A transition of an alert, as the engine decided it. Whether and how it was told stands in `/alerts`.")
            .Tag("symbol", "Pair (BTCUSDT)", s => s.Transition.Key.Symbol.Value)
            .Tag("rule", "The rule's id", s => s.Transition.Key.RuleId)
            .Tag("severity", "info, warning or critical", s => WireName.Of(s.Transition.Severity))
            .Tag("state", "pending, firing, resolved or amended", s => WireName.Of(s.Transition.State))
            .Tag("kind", "market, or data-quality: the alert is about the data", s => s.Transition.IsDataQuality ? "data-quality" : "market")
            .Tag("exchange", "Whose trades (binance)", s => s.Origin.Exchange)
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .OptionalFloat("value", "", "What decided, in the unit of the rule's signal; none where it is undefined", s => s.Transition.Value)
            .Float("threshold", "", "What was crossed, in the same unit", s => s.Transition.Threshold)
            .OptionalDecimal("price", "quote", "Price at that second", s => s.Transition.Price > 0 ? s.Transition.Price : null)
            .Float("completeness", "1", "Share of trade ids present in the window", s => s.Transition.Completeness)
            .Boolean("late", "The second had to wait for a repair", s => s.Transition.IsLate)
            .Boolean("withdrawn", "An amendment takes the alert back", s => s.Transition.IsWithdrawn)
            .Integer("rule_version", "", "The rule's version", s => s.Transition.Key.RuleVersion)
            .Text("key", "The alert's identity, the same in `/alerts`", s => s.Transition.Key.ToString())
            .Text("suppressed_because", "Why it is not to be told; empty when it is", s => s.Transition.SuppressedBecause ?? "")
            .Text("note", "What else is to be known; may be empty", s => s.Transition.Note ?? "")
            .Text("title", "For annotations", s => $"{AlertText.Verb(s.Transition)}: {s.Transition.RuleName} · {s.Transition.Key.Symbol}")
            .Text("text", "For annotations", s => AlertText.Line(null, s.Transition))
            .Build("The second of event time at which the rule said so, and in its nanoseconds a number made from its id",
                s => SeriesTime.Apart(s.Transition.TimeMicros, s.Transition.Id));

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, AlertTransition Transition);
}
