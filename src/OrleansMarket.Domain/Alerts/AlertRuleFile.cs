using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Reads and writes rules as JSON: <c>{ "rules": [ … ] }</c> or the bare list, comments and trailing commas allowed, wire names in kebab case, durations
/// as <c>"90s"</c>, <c>"5m"</c>, <c>"1h30m"</c>, <c>"00:05:00"</c> or a number of seconds. Every problem is reported with its line, not just the first.
/// </summary>
public static class AlertRuleFile
{
    /// <summary>The most rules in a file.</summary>
    public const int MaxRules = 1_000;

    private static readonly string[] Fields =
        ["id", "version", "name", "symbols", "signal", "direction", "enter", "exit", "for", "cooldown", "minSamples", "severity", "hourlyBudget", "enabled"];

    /// <summary>Reads rules.</summary>
    /// <param name="utf8">The content; a byte order mark is skipped.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="known">The symbols that are followed; <see langword="null"/> accepts any.</param>
    public static AlertRuleFileContent Read(ReadOnlySpan<byte> utf8, string path, IReadOnlySet<Symbol>? known = null)
    {
        utf8 = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var parse = new Parse(path);
        try
        {
            parse.Rules(utf8);
        }
        catch (JsonException exception)
        {
            var line = (int)(exception.LineNumber ?? 0) + 1;
            parse.Problems.Add(new(path, line, "", $"expected JSON, found something else at column {(exception.BytePositionInLine ?? 0) + 1}", "compare with the example in docs/alerts.md"));
        }

        catch (InvalidOperationException)
        {
            // How the reader says that a text is not UTF-8, or that an escape is half a character.
            parse.Problems.Add(new(path, parse.Line, "", "expected UTF-8 text, found other bytes", "save the file as UTF-8"));
        }

        return parse.Finish(known);
    }

    /// <summary>Writes rules so that <see cref="Read"/> yields the same.</summary>
    public static string Write(IReadOnlyList<AlertRule> rules)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("rules");
            foreach (var rule in rules)
            {
                WriteRule(writer, rule);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads a duration: "90s", "5m", "1h30m", "1d", "00:05:00".</summary>
    public static bool TryParseDuration(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, ["c", @"h\:mm\:ss", @"hh\:mm"], CultureInfo.InvariantCulture, out duration);
        }

        var seconds = 0L;
        var number = 0L;
        var digits = 0;
        var last = long.MaxValue;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) && ++digits <= 9)
            {
                number = (number * 10) + (c - '0');
                continue;
            }

            var unit = c switch { 'd' => 86_400L, 'h' => 3_600L, 'm' => 60L, 's' => 1L, _ => 0L };
            if (unit == 0 || digits is 0 or > 9 || unit >= last)
            {
                return false;
            }

            seconds += number * unit;
            (number, digits, last) = (0, 0, unit);
        }

        duration = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
        return digits == 0;
    }

    /// <summary>Writes a duration in the shortest form.</summary>
    public static string WriteDuration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero || duration.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            return duration.ToString("c", CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        Append((long)duration.TotalHours, 'h');
        Append(duration.Minutes, 'm');
        Append(duration.Seconds, 's');
        return text.Length == 0 ? "0s" : text.ToString();

        void Append(long value, char unit) => _ = value == 0 ? text : text.Append(value).Append(unit);
    }

    private static void WriteRule(Utf8JsonWriter writer, AlertRule rule)
    {
        writer.WriteStartObject();
        writer.WriteString("id", rule.Id);
        writer.WriteNumber("version", rule.Version);
        writer.WriteString("name", rule.Name);
        if (rule.Symbols.Count > 0)
        {
            writer.WriteStartArray("symbols");
            foreach (var symbol in rule.Symbols)
            {
                writer.WriteStringValue(symbol.Value);
            }

            writer.WriteEndArray();
        }

        writer.WriteString("signal", WireName.Of(rule.Signal));
        writer.WriteString("direction", WireName.Of(rule.Direction));
        writer.WriteNumber("enter", rule.Enter);
        if (rule.Exit is { } exit)
        {
            writer.WriteNumber("exit", exit);
        }

        writer.WriteString("for", WriteDuration(rule.For));
        writer.WriteString("cooldown", WriteDuration(rule.Cooldown));
        writer.WriteNumber("minSamples", rule.MinSamples);
        writer.WriteString("severity", WireName.Of(rule.Severity));
        writer.WriteNumber("hourlyBudget", rule.HourlyBudget);
        writer.WriteBoolean("enabled", rule.Enabled);
        writer.WriteEndObject();
    }

    /// <summary>One pass over a file.</summary>
    private sealed class Parse(string path)
    {
        private readonly List<(AlertRule Rule, int Index, Dictionary<string, int> Lines)> _rules = [];

        public List<AlertRuleFileProblem> Problems { get; } = [];

        /// <summary>The line last looked at.</summary>
        public int Line { get; private set; } = 1;

        public void Rules(ReadOnlySpan<byte> utf8)
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                List(ref reader, utf8);
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                var found = false;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var line = LineOf(ref reader, utf8);
                    var name = reader.GetString();
                    reader.Read();
                    if (name == "rules" && reader.TokenType == JsonTokenType.StartArray)
                    {
                        found = true;
                        List(ref reader, utf8);
                    }
                    else
                    {
                        if (name != "$schema")
                        {
                            Add(line, name!, name == "rules" ? $"expected a list, found {Kind(reader.TokenType)}" : "expected \"rules\" and nothing else", "put the rules into { \"rules\": [ … ] }");
                        }

                        reader.Skip();
                    }
                }

                if (!found && Problems.Count == 0)
                {
                    Add(1, "", "expected \"rules\", found an empty object", "put the rules into { \"rules\": [ … ] }");
                }
            }
            else
            {
                Add(1, "", $"expected a list of rules, found {Kind(reader.TokenType)}", "put the rules into { \"rules\": [ … ] }");
            }

            while (reader.Read())
            {
                // To the end, so that what follows the rules is found to be wrong.
            }
        }

        public AlertRuleFileContent Finish(IReadOnlySet<Symbol>? known)
        {
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (rule, index, lines) in _rules)
            {
                foreach (var (field, problems) in AlertRuleValidator.Validate(rule, known))
                {
                    foreach (var problem in problems)
                    {
                        Add(lines.GetValueOrDefault(field, lines[""]), $"rules[{index}].{field}", problem, $"correct the rule '{rule.Id}'");
                    }
                }

                if (!ids.TryAdd(rule.Id, index))
                {
                    Add(lines.GetValueOrDefault("id", lines[""]), $"rules[{index}].id", $"expected each id once, found '{rule.Id}' again", $"rename it, or take out rules[{ids[rule.Id]}]");
                }
            }

            if (_rules.Count > MaxRules)
            {
                Add(1, "rules", $"expected at most {MaxRules} rules, found {_rules.Count}", "split the rules by symbols");
            }

            Problems.Sort((left, right) => left.Line.CompareTo(right.Line));
            return new([.. _rules.Select(rule => rule.Rule)], Problems);
        }

        private static string Kind(JsonTokenType token) => token switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "true or false",
            _ => "null",
        };

        private int LineOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8) => Line = utf8[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;

        private void Add(int line, string field, string problem, string remedy) => Problems.Add(new(path, line, field, problem, remedy));

        private void List(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    Rule(ref reader, utf8, index);
                }
                else
                {
                    Add(LineOf(ref reader, utf8), $"rules[{index}]", $"expected a rule, found {Kind(reader.TokenType)}", "write { \"id\": …, \"name\": …, \"signal\": …, \"enter\": … }");
                    reader.Skip();
                }
            }
        }

        private void Rule(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, int index)
        {
            var before = Problems.Count;
            var lines = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = LineOf(ref reader, utf8) };
            var values = new Values();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var line = LineOf(ref reader, utf8);
                var field = reader.GetString()!;
                reader.Read();
                if (!lines.TryAdd(field, line))
                {
                    Add(line, $"rules[{index}].{field}", "expected each field once, found it again", "keep one of the two");
                    reader.Skip();
                    continue;
                }

                if (values.Take(field, ref reader) is { } expected)
                {
                    var (wanted, remedy) = expected;
                    Add(line, $"rules[{index}].{field}", wanted, remedy);
                }
            }

            foreach (var field in (string[])["id", "name", "signal", "enter"])
            {
                if (!lines.ContainsKey(field))
                {
                    Add(lines[""], $"rules[{index}].{field}", "expected the field, found none", $"add \"{field}\"");
                }
            }

            if (Problems.Count == before)
            {
                _rules.Add((values.ToRule(), index, lines));
            }
        }
    }

    /// <summary>The fields of one rule as they are read.</summary>
    private sealed class Values
    {
        private string _id = "";
        private int _version = 1;
        private string _name = "";
        private List<Symbol> _symbols = [];
        private Signal _signal;
        private AlertDirection _direction = AlertDirection.Above;
        private double _enter;
        private double? _exit;
        private TimeSpan? _for;
        private TimeSpan? _cooldown;
        private int? _minSamples;
        private AlertSeverity? _severity;
        private int? _budget;
        private bool? _enabled;

        public AlertRule ToRule()
        {
            var standard = new AlertRule { Id = _id, Name = _name, Signal = _signal, Enter = _enter };
            return standard with
            {
                Version = _version,
                Symbols = _symbols,
                Direction = _direction,
                Exit = _exit,
                For = _for ?? standard.For,
                Cooldown = _cooldown ?? standard.Cooldown,
                MinSamples = _minSamples ?? standard.MinSamples,
                Severity = _severity ?? standard.Severity,
                HourlyBudget = _budget ?? standard.HourlyBudget,
                Enabled = _enabled ?? standard.Enabled,
            };
        }

        /// <summary>Takes one field; answers what is wrong and what to do, or <see langword="null"/>.</summary>
        public (string Problem, string Remedy)? Take(string field, ref Utf8JsonReader reader)
        {
            switch (field)
            {
                case "id":
                    return Text(ref reader, ref _id);
                case "name":
                    return Text(ref reader, ref _name);
                case "version":
                    return Whole(ref reader, out _version);
                case "minSamples":
                    var samples = Whole(ref reader, out var minSamples);
                    _minSamples = minSamples;
                    return samples;
                case "hourlyBudget":
                    var budgets = Whole(ref reader, out var budget);
                    _budget = budget;
                    return budgets;
                case "symbols":
                    return Symbols(ref reader);
                case "signal":
                    return Named(ref reader, out _signal);
                case "direction":
                    return Named(ref reader, out _direction);
                case "severity":
                    var severities = Named<AlertSeverity>(ref reader, out var severity);
                    _severity = severity;
                    return severities;
                case "enter":
                    return Number(ref reader, out _enter);
                case "exit" when reader.TokenType == JsonTokenType.Null:
                    return null;
                case "exit":
                    var exits = Number(ref reader, out var exit);
                    _exit = exit;
                    return exits;
                case "for" or "forSeconds":
                    var holds = Duration(ref reader, out var hold);
                    _for = hold;
                    return holds;
                case "cooldown" or "cooldownSeconds":
                    var cooldowns = Duration(ref reader, out var cooldown);
                    _cooldown = cooldown;
                    return cooldowns;
                case "enabled":
                    if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
                    {
                        _enabled = reader.GetBoolean();
                        return null;
                    }

                    return Wrong(ref reader, "true or false", "write true or false without quotes");
                case "isDataQuality":
                    // The API shows it; it follows from the signal.
                    reader.Skip();
                    return null;
                default:
                    reader.Skip();
                    return ($"expected one of {string.Join(", ", Fields)}, found '{field}'", Closest(field) is { } close ? $"did you mean '{close}'?" : "take it out");
            }
        }

        private static string? Closest(string field) =>
            Fields.FirstOrDefault(known => string.Equals(known, field.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            ?? Fields.FirstOrDefault(known => known.Length > 2 && field.Length > 2
                && (known.StartsWith(field[..3], StringComparison.OrdinalIgnoreCase) || field.StartsWith(known, StringComparison.OrdinalIgnoreCase)));

        private static (string, string) Wrong(ref Utf8JsonReader reader, string expected, string remedy)
        {
            var found = reader.TokenType switch
            {
                JsonTokenType.String => $"'{reader.GetString()}'",
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                JsonTokenType.Null => "null",
                JsonTokenType.StartArray => "a list",
                _ => "an object",
            };
            reader.Skip();
            return ($"expected {expected}, found {found}", remedy);
        }

        private static (string, string)? Text(ref Utf8JsonReader reader, ref string value)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return Wrong(ref reader, "a text", "put it into quotes");
            }

            value = reader.GetString()!;
            return null;
        }

        private static (string, string)? Whole(ref Utf8JsonReader reader, out int value)
        {
            value = 1;
            return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out value) ? null : Wrong(ref reader, "a whole number", "write digits without quotes");
        }

        private static (string, string)? Number(ref Utf8JsonReader reader, out double value)
        {
            value = 0;
            return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value) && double.IsFinite(value)
                ? null
                : Wrong(ref reader, "a number", "write digits without quotes; percentages as 2.5, shares and volatilities as 0.85");
        }

        private static (string, string)? Named<TEnum>(ref Utf8JsonReader reader, out TEnum value)
            where TEnum : struct, Enum
        {
            value = default;
            return reader.TokenType == JsonTokenType.String && WireName.TryParse(reader.GetString(), out value)
                ? null
                : Wrong(ref reader, string.Join(", ", WireName.All<TEnum>()), "take one of these names");
        }

        private static (string, string)? Duration(ref Utf8JsonReader reader, out TimeSpan value)
        {
            value = default;
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && Math.Abs(seconds) < 1e9)
            {
                value = TimeSpan.FromSeconds(seconds);
                return null;
            }

            return reader.TokenType == JsonTokenType.String && TryParseDuration(reader.GetString(), out value)
                ? null
                : Wrong(ref reader, "a duration", "write \"90s\", \"5m\", \"1h30m\" or \"00:05:00\"");
        }

        private (string, string)? Symbols(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return Wrong(ref reader, "a list of symbols", "write [\"BTCUSDT\", \"ETHUSDT\"], or leave the field out for all");
            }

            (string, string)? problem = null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.String && Symbol.IsPlausible(reader.GetString()))
                {
                    _symbols.Add(new(reader.GetString()!));
                }
                else
                {
                    problem = Wrong(ref reader, "symbols such as \"BTCUSDT\"", "write letters and digits only");
                }
            }

            return problem;
        }
    }
}

/// <summary>What a rules file holds.</summary>
/// <param name="Rules">The rules that could be read; use them only when there are no problems.</param>
/// <param name="Problems">What is wrong, by line; empty when the file is good.</param>
public sealed record AlertRuleFileContent(IReadOnlyList<AlertRule> Rules, IReadOnlyList<AlertRuleFileProblem> Problems);

/// <summary>One problem of a rules file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Path">Where in the file (rules[2].enter); empty for the whole.</param>
/// <param name="Problem">What was expected and found.</param>
/// <param name="Remedy">What to do.</param>
public sealed record AlertRuleFileProblem(string File, int Line, string Path, string Problem, string Remedy)
{
    /// <summary>One line: file:line: path: problem; remedy.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: {(Path.Length == 0 ? "" : $"{Path}: ")}{Problem}; {Remedy}");
}
