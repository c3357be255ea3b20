using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>The fields of one rule as they are read.</summary>
internal sealed class AlertRuleFields
{
    private static readonly string[] Fields =
        ["id", "version", "name", "symbols", "signal", "direction", "enter", "exit", "for", "cooldown", "minSamples", "severity", "hourlyBudget", "enabled"];

    private string _id = "";
    private int _version = 1;
    private string _name = "";
    private readonly List<Symbol> _symbols = [];
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

        return reader.TokenType == JsonTokenType.String && AlertDuration.TryParse(reader.GetString(), out value)
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
