using System.Globalization;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Says what is wrong with a rule, by field, with what was expected and found.</summary>
public static class AlertRuleValidator
{
    /// <summary>The most symbols that a rule may name.</summary>
    public const int MaxSymbols = 2_000;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The problems of a rule by field name; empty when it is good.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="known">The symbols that are followed; <see langword="null"/> accepts any.</param>
    public static IReadOnlyDictionary<string, string[]> Validate(AlertRule rule, IReadOnlySet<Symbol>? known = null)
    {
        var problems = new Problems();
        problems.Check("id", IsKebab(rule.Id), $"expected 1 to 64 lower-case letters, digits and single hyphens (price-move), found '{rule.Id}'");
        problems.Check("version", rule.Version >= 1, $"expected 1 or more, found {rule.Version}");
        problems.Check("name", IsText(rule.Name, 120), $"expected 1 to 120 printable characters, found {rule.Name?.Length ?? 0}");
        problems.Check("direction", Enum.IsDefined(rule.Direction), $"expected {Names<AlertDirection>()}, found {(byte)rule.Direction}");
        problems.Check("severity", Enum.IsDefined(rule.Severity), $"expected {Names<AlertSeverity>()}, found {(byte)rule.Severity}");
        problems.Check("minSamples", rule.MinSamples is >= 1 and <= 1_000_000, $"expected 1 to 1,000,000, found {rule.MinSamples}");
        problems.Check("hourlyBudget", rule.HourlyBudget is >= 1 and <= 1_000, $"expected 1 to 1,000, found {rule.HourlyBudget}");
        problems.Check("for", rule.For >= TimeSpan.Zero && rule.For <= Longest, $"expected 0 to 24 h, found {rule.For}");
        problems.Check("for", rule.For.Ticks % TimeSpan.TicksPerSecond == 0, $"expected whole seconds, found {rule.For}");
        problems.Check("cooldown", rule.Cooldown >= TimeSpan.Zero && rule.Cooldown <= Longest, $"expected 0 to 24 h, found {rule.Cooldown}");
        CheckSymbols(problems, rule, known);
        if (problems.Check("signal", Enum.IsDefined(rule.Signal), $"expected {Names<Signal>()}, found {(byte)rule.Signal}"))
        {
            CheckThresholds(problems, rule);
        }

        return problems.ByField;
    }

    private static void CheckSymbols(Problems problems, AlertRule rule, IReadOnlySet<Symbol>? known)
    {
        problems.Check("symbols", rule.Symbols.Count <= MaxSymbols, $"expected at most {MaxSymbols} symbols (none means all), found {rule.Symbols.Count}");
        var seen = new HashSet<Symbol>();
        foreach (var symbol in rule.Symbols)
        {
            if (problems.Check("symbols", Symbol.IsPlausible(symbol.Value), $"expected symbols such as BTCUSDT, found '{symbol}'"))
            {
                problems.Check("symbols", seen.Add(symbol), $"expected each symbol once, found {symbol} again");
                problems.Check("symbols", known is null || known.Contains(symbol), $"expected symbols that are followed, found {symbol}; add it to the followed symbols or take it out of the rule");
            }
        }
    }

    private static void CheckThresholds(Problems problems, AlertRule rule)
    {
        var (min, max) = SignalText.RangeOf(rule.Signal);
        var isMagnitude = rule.Direction == AlertDirection.Magnitude;
        min = isMagnitude ? 0 : min;
        var wanted = Text($"expected {min} to {max} for {WireName.Of(rule.Signal)}");
        var good = problems.Check("enter", rule.Enter >= min && rule.Enter <= max, Text($"{wanted}, found {rule.Enter}"));
        if (isMagnitude)
        {
            good &= problems.Check("enter", rule.Enter is not 0, "expected more than 0: a magnitude is always at least 0, found 0");
        }

        if (rule.Exit is { } exit && problems.Check("exit", exit >= min && exit <= max, Text($"{wanted}, found {exit}")) && good)
        {
            var isBelow = rule.Direction == AlertDirection.Below;
            problems.Check("exit", isBelow ? exit >= rule.Enter : exit <= rule.Enter,
                Text($"expected at {(isBelow ? "least" : "most")} the enter threshold {rule.Enter} (the alert ends when the value has come back past it), found {exit}"));
        }

        if (rule.Signal == Signal.WhaleNotional)
        {
            problems.Check("direction", rule.Direction == AlertDirection.Above, $"expected above: whales are events, found {WireName.Of(rule.Direction)}");
            problems.Check("for", rule.For == TimeSpan.Zero, $"expected 0: a whale is over at once, found {rule.For}");
            problems.Check("exit", rule.Exit is null || rule.Exit == rule.Enter, "expected no exit threshold: a whale alert ends a minute after its last whale");
        }
    }

    private static bool IsKebab(string? id)
    {
        if (id is null or "" || id.Length > 64 || id[0] == '-' || id[^1] == '-')
        {
            return false;
        }

        for (var index = 0; index < id.Length; index++)
        {
            if (!(char.IsAsciiLetterLower(id[index]) || char.IsAsciiDigit(id[index]) || (id[index] == '-' && id[index - 1] != '-')))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsText(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.AsSpan().ContainsAnyInRange('\0', '\x1f');

    private static string Names<TEnum>()
        where TEnum : struct, Enum =>
        string.Join(", ", WireName.All<TEnum>());

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Problems
    {
        private readonly Dictionary<string, string[]> _byField = new(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, string[]> ByField => _byField;

        public bool Check(string field, bool good, string problem)
        {
            if (!good)
            {
                _byField[field] = [.. _byField.GetValueOrDefault(field, []), problem];
            }

            return good;
        }
    }
}
