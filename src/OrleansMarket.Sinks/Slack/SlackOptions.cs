using System.ComponentModel.DataAnnotations;

namespace OrleansMarket.Sinks.Slack;

/// <summary>
/// Configures Slack. Section: <c>Alerts:Slack</c>. The webhook address and the bot token are secrets: they come from the environment or from a
/// file, never have defaults, and appear in no message, log or metric.
/// </summary>
public sealed class SlackOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Alerts:Slack";

    /// <summary>Gets or sets the incoming webhook's address (also <c>SLACK_WEBHOOK_URL</c>). Secret. Default: none, no Slack.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>Gets or sets a file that holds the webhook's address (also <c>SLACK_WEBHOOK_URL_FILE</c>). Default: none.</summary>
    public string? WebhookUrlFile { get; set; }

    /// <summary>Gets or sets a bot token with <c>chat:write</c> (also <c>SLACK_BOT_TOKEN</c>); wins over the webhook and lets amendments edit. Secret. Default: none.</summary>
    public string? BotToken { get; set; }

    /// <summary>Gets or sets a file that holds the bot token (also <c>SLACK_BOT_TOKEN_FILE</c>). Default: none.</summary>
    public string? BotTokenFile { get; set; }

    /// <summary>Gets or sets the channel that the bot writes to, an id such as C0123456789 (also <c>SLACK_CHANNEL</c>). Required with a bot token.</summary>
    public string? Channel { get; set; }

    /// <summary>Gets or sets the root of Slack's Web API, for the bot. Default: https://slack.com/api/.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = new("https://slack.com/api/");

    /// <summary>
    /// Gets or sets further hosts to which messages may go (a relay, a compatible service). Loopback hosts named here may be spoken to without TLS.
    /// Default: none; hooks.slack.com, hooks.slack-gov.com, slack.com and slack-gov.com always may.
    /// </summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>Gets or sets the least time between two messages. Default: 1 second, Slack's limit per webhook.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long an answer is waited for. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Says what is set, never to what.</summary>
    public override string ToString() =>
        $"Slack by {(BotToken is { Length: > 0 } ? "bot token" : WebhookUrl is { Length: > 0 } ? "webhook" : "nothing")}";
}
