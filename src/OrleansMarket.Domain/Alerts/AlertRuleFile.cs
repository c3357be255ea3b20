using System.Text.Json;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Reads rules as JSON: <c>{ "rules": [ … ] }</c> or the bare list, comments and trailing commas allowed, wire names in kebab case, durations
/// as <c>"90s"</c>, <c>"5m"</c>, <c>"1h30m"</c>, <c>"00:05:00"</c> or a number of seconds. Every problem is reported with its line, not just the first.
/// </summary>
public static class AlertRuleFile
{
    /// <summary>The most rules in a file.</summary>
    public const int MaxRules = 1_000;

    /// <summary>Reads rules.</summary>
    /// <param name="utf8">The content; a byte order mark is skipped.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="known">The symbols that are followed; <see langword="null"/> accepts any.</param>
    public static AlertRuleFileContent Read(ReadOnlySpan<byte> utf8, string path, IReadOnlySet<Symbol>? known = null)
    {
        utf8 = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var reading = new AlertRuleReading(path);
        try
        {
            reading.ReadFile(utf8);
        }
        catch (JsonException exception)
        {
            var line = (int)(exception.LineNumber ?? 0) + 1;
            reading.Problems.Add(new(path, line, "", $"expected JSON, found something else at column {(exception.BytePositionInLine ?? 0) + 1}", "compare with the example in docs/alerts.md"));
        }
        catch (InvalidOperationException)
        {
            // How the reader says that a text is not UTF-8, or that an escape is half a character.
            reading.Problems.Add(new(path, reading.Line, "", "expected UTF-8 text, found other bytes", "save the file as UTF-8"));
        }

        return reading.Finish(known);
    }
}
