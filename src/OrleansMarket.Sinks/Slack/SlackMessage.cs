using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;

namespace OrleansMarket.Sinks.Slack;

/// <summary>Builds Block Kit messages. Pure.</summary>
/// <remarks>
/// Limits from Slack's Block Kit reference: 50 blocks, 3,000 characters of section text, 10 fields of 2,000, 150 characters of header, 10 context
/// elements. All blocks together are kept under 12,000 characters, since Slack refuses messages of somewhat more (<c>msg_blocks_too_long</c>,
/// slackapi/bolt-js#2509).
/// </remarks>
internal static class SlackMessage
{
    public const int MaxSection = 3_000;
    public const int MaxHeader = 150;
    public const int MaxField = 2_000;
    public const int MaxContext = 2_000;
    public const int MaxFallback = 3_000;

    /// <summary>How many characters the list of a group or digest may take; the rest is for what frames it.</summary>
    private const int MaxList = 8_000;

    /// <summary>The body of a message: fallback text and blocks.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="pageUrl">The page to link to, or <see langword="null"/>.</param>
    public static JsonObject Build(OutboxEntry entry, Uri? pageUrl)
    {
        var message = entry.Message;
        var blocks = new JsonArray
        {
            new JsonObject { ["type"] = "header", ["text"] = Plain($"{Light(message)} {AlertText.Headline(message)}", MaxHeader) },
        };
        if (message.Kind is OutboxKind.Alert or OutboxKind.Amendment)
        {
            AddFigures(blocks, message, message.Transitions[0]);
        }
        else
        {
            AddList(blocks, message);
        }

        if (AlertText.Corrects(message) is { } corrects)
        {
            blocks.Add(Section(corrects));
        }

        if (Link(message, pageUrl) is { } link)
        {
            blocks.Add(new JsonObject { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = link } });
        }

        blocks.Add(Context(entry));
        return new()
        {
            // Shown in notifications and read aloud, so it says everything that matters.
            ["text"] = SlackText.Escape(Fallback(entry), MaxFallback),
            ["unfurl_links"] = false,
            ["blocks"] = blocks,
        };
    }

    private static string Fallback(OutboxEntry entry)
    {
        var message = entry.Message;
        var repeat = entry.PossibleRepeat ? "[possible repeat] " : "";
        return message.Kind is OutboxKind.Alert or OutboxKind.Amendment
            ? $"{repeat}{AlertText.Verb(message.Transitions[0])}: {message.RuleName}: {AlertText.Line(message.Signal, message.Transitions[0])}"
            : $"{repeat}{AlertText.Headline(message)}";
    }

    private static string Light(OutboxMessage message) => message switch
    {
        { Kind: OutboxKind.Digest } => "🗂️",
        _ when message.Transitions.All(transition => transition.State == AlertState.Resolved) => "✅",
        { Kind: OutboxKind.Amendment } => "✏️",
        { Severity: AlertSeverity.Critical } => "🔴",
        { Severity: AlertSeverity.Warning } => "🟠",
        _ => "🔵",
    };

    private static void AddFigures(JsonArray blocks, OutboxMessage message, AlertTransition transition)
    {
        var what = message.Signal is { } signal ? SignalText.NameOf(signal) : message.RuleName;
        blocks.Add(Section($"{what}: {SignalText.Format(message.Signal, transition.Value)}"));
        blocks.Add(new JsonObject
        {
            ["type"] = "section",
            ["fields"] = new JsonArray
            {
                Field("Value", SignalText.Format(message.Signal, transition.Value)),
                Field("Threshold", SignalText.Format(message.Signal, transition.Threshold)),
                Field("Price", transition.Price > 0 ? AlertText.Price(transition.Price) : "unknown"),
                Field("Severity", Domain.WireName.Of(transition.Severity)),
                Field("Completeness", $"{AlertText.Share(transition.Completeness)} of the trades{(transition.IsLate ? ", found late" : "")}"),
                Field("Time", AlertText.Time(transition.TimeMicros)),
            },
        });
        if (transition.Note is { } note)
        {
            blocks.Add(Section(note));
        }
    }

    private static void AddList(JsonArray blocks, OutboxMessage message)
    {
        var listed = 0;
        var total = 0;
        var text = new StringBuilder();
        foreach (var transition in message.Transitions)
        {
            var line = "• " + SlackText.Escape(AlertText.Line(message.Signal, transition), 500);
            if (total + line.Length + 1 > MaxList)
            {
                break;
            }

            if (text.Length + line.Length + 1 > MaxSection)
            {
                blocks.Add(EscapedSection(text.ToString()));
                text.Clear();
            }

            text.Append(text.Length == 0 ? "" : "\n").Append(line);
            total += line.Length + 1;
            listed++;
        }

        blocks.Add(EscapedSection(text.ToString()));
        var rest = message.Transitions.Count - listed + message.NotListed;
        if (rest > 0)
        {
            blocks.Add(Section(string.Create(CultureInfo.InvariantCulture, $"… and {rest} more, all in the alert log")));
        }
    }

    private static JsonObject Context(OutboxEntry entry)
    {
        var message = entry.Message;
        var first = message.Transitions[0];
        var parts = new List<string> { $"rule {first.Key.RuleId} version {first.Key.RuleVersion}", $"message {message.Id}" };
        if (message.Kind is OutboxKind.Alert or OutboxKind.Amendment)
        {
            parts.Add($"alert {first.Key}");
        }

        if (first.IsDataQuality)
        {
            parts.Add("about the data, not the market");
        }

        var elements = new JsonArray { Mrkdwn(string.Join(" · ", parts), MaxContext) };
        if (entry.PossibleRepeat)
        {
            elements.Add(Mrkdwn("⚠️ possible repeat: an earlier attempt may have arrived", MaxContext));
        }

        return new() { ["type"] = "context", ["elements"] = elements };
    }

    private static string? Link(OutboxMessage message, Uri? pageUrl)
    {
        if (pageUrl is null)
        {
            return null;
        }

        // Inside <…|…> the bar and the brackets would end the link; a URI has none of them once it is escaped.
        var symbols = message.Transitions.Select(transition => transition.Key.Symbol).Distinct().ToList();
        var page = new UriBuilder(pageUrl) { Query = symbols.Count == 1 ? $"symbol={Uri.EscapeDataString(symbols[0].Value)}" : "", Fragment = "" };
        var label = symbols.Count == 1 ? $"Chart of {symbols[0]}" : "Charts";
        return $"<{page.Uri.AbsoluteUri.Replace("&", "&amp;", StringComparison.Ordinal)}|{SlackText.Escape(label, 100)}>";
    }

    private static JsonObject Section(string text) => EscapedSection(SlackText.Escape(text, MaxSection));

    private static JsonObject EscapedSection(string text) =>
        new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true } };

    private static JsonObject Field(string name, string value) => Mrkdwn($"*{name}*\n{value}", MaxField);

    private static JsonObject Plain(string text, int limit) => new() { ["type"] = "plain_text", ["text"] = SlackText.Escape(text, limit), ["emoji"] = true };

    private static JsonObject Mrkdwn(string text, int limit) => new() { ["type"] = "mrkdwn", ["text"] = SlackText.Escape(text, limit), ["verbatim"] = true };
}
