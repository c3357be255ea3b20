using System.Globalization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Alert messages in plain words; the outputs differ only in how they dress them. Invariant culture, UTC.</summary>
internal static class AlertText
{
    /// <summary>What happened, in capitals.</summary>
    public static string Verb(AlertTransition transition) => transition switch
    {
        { IsWithdrawn: true } => "WITHDRAWN",
        { State: AlertState.Amended } => "AMENDED",
        { State: AlertState.Resolved } => "RESOLVED",
        { State: AlertState.Pending } => "PENDING",
        _ => "FIRING",
    };

    /// <summary>The message in one line.</summary>
    public static string Headline(OutboxMessage message)
    {
        var first = message.Transitions[0];
        return message.Kind switch
        {
            OutboxKind.Digest => Text($"DIGEST: {message.RuleName}, {message.Transitions.Count + message.NotListed} held back by the rule's budget"),
            OutboxKind.Group => Text($"{Counts(message.Transitions)}: {message.RuleName}"),
            _ => $"{Verb(first)}: {message.RuleName} · {first.Key.Symbol}",
        };
    }

    /// <summary>One transition in one line.</summary>
    public static string Line(Signal? signal, AlertTransition transition)
    {
        var text = Text($"{transition.Key.Symbol} {Verb(transition).ToLowerInvariant()} {SignalText.Format(signal, transition.Value)} (threshold {SignalText.Format(signal, transition.Threshold)}) at {Time(transition.TimeMicros)}");
        text += transition.Price > 0 ? $", price {Price(transition.Price)}" : "";
        text += transition.Completeness < 1 ? $", {Share(transition.Completeness)} of the trades present" : "";
        text += transition.IsLate ? ", found late after a repair" : "";
        return transition.Note is { } note ? $"{text} ({note})" : text;
    }

    /// <summary>What an amendment corrects, or <see langword="null"/> for other messages.</summary>
    public static string? Corrects(OutboxMessage message) =>
        message.First is { } first
            ? Text($"Corrects message {message.FirstMessageId ?? "(not recorded)"}: {first.Key.Symbol} {SignalText.Format(message.Signal, first.Value)} at {Time(first.TimeMicros)}")
            : null;

    /// <summary>An instant to the second, with its date.</summary>
    public static string Time(long micros) => Micros.ToInstant(micros).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A price with its digits grouped and no trailing zeros.</summary>
    public static string Price(decimal price) => price.ToString("#,0.########", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage that says 100 % only for all.</summary>
    public static string Share(double share) => share >= 1 ? "100 %" : Text($"{Math.Floor(Math.Max(0, share) * 10_000) / 100:0.##} %");

    private static string Counts(IReadOnlyList<AlertTransition> transitions) => string.Join(", ", transitions
        .GroupBy(Verb)
        .OrderBy(group => group.Key switch { "FIRING" => 0, "AMENDED" => 1, "WITHDRAWN" => 2, _ => 3 })
        .Select(group => Text($"{group.Count()} {group.Key}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
