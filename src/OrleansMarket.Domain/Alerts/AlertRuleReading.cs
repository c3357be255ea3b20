using System.Text.Json;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>One pass over a file of rules.</summary>
/// <param name="path">The file's name, for messages.</param>
internal sealed class AlertRuleReading(string path)
{
    private const string WrapRemedy = "put the rules into { \"rules\": [ … ] }";

    private readonly List<(AlertRule Rule, int Index, Dictionary<string, int> Lines)> _rules = [];

    public List<AlertRuleFileProblem> Problems { get; } = [];

    /// <summary>The line last looked at.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is not UTF-8, or an escape is half a character.</exception>
    public void ReadFile(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                ReadList(ref reader, utf8);
                break;
            case JsonTokenType.StartObject:
                ReadObject(ref reader, utf8);
                break;
            default:
                Add(1, "", $"expected a list of rules, found {Kind(reader.TokenType)}", WrapRemedy);
                break;
        }

        while (reader.Read())
        {
            // To the end, so that what follows the rules is found to be wrong.
        }
    }

    /// <summary>What was read, with all that is wrong with it.</summary>
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

        if (_rules.Count > AlertRuleFile.MaxRules)
        {
            Add(1, "rules", $"expected at most {AlertRuleFile.MaxRules} rules, found {_rules.Count}", "split the rules by symbols");
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

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var line = LineOf(ref reader, utf8);
            var name = reader.GetString()!;
            reader.Read();
            if (name == "rules" && reader.TokenType == JsonTokenType.StartArray)
            {
                found = true;
                ReadList(ref reader, utf8);
                continue;
            }

            if (name != "$schema")
            {
                Add(line, name, name == "rules" ? $"expected a list, found {Kind(reader.TokenType)}" : "expected \"rules\" and nothing else", WrapRemedy);
            }

            reader.Skip();
        }

        if (!found && Problems.Count == 0)
        {
            Add(1, "", "expected \"rules\", found an empty object", WrapRemedy);
        }
    }

    private void ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadRule(ref reader, utf8, index);
            }
            else
            {
                Add(LineOf(ref reader, utf8), $"rules[{index}]", $"expected a rule, found {Kind(reader.TokenType)}", "write { \"id\": …, \"name\": …, \"signal\": …, \"enter\": … }");
                reader.Skip();
            }
        }
    }

    private void ReadRule(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, int index)
    {
        var before = Problems.Count;
        var lines = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = LineOf(ref reader, utf8) };
        var fields = new AlertRuleFields();
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

            if (fields.Take(field, ref reader) is var (problem, remedy))
            {
                Add(line, $"rules[{index}].{field}", problem, remedy);
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
            _rules.Add((fields.ToRule(), index, lines));
        }
    }
}
