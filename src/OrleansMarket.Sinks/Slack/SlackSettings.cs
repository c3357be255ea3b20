using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Slack;

/// <summary>Takes the settings that operators know by a short name, and reads secret files.</summary>
internal sealed class SlackSettings(IConfiguration configuration) : IConfigureOptions<SlackOptions>, IPostConfigureOptions<SlackOptions>
{
    public void Configure(SlackOptions options)
    {
        options.WebhookUrl = Setting("SLACK_WEBHOOK_URL") ?? options.WebhookUrl;
        options.WebhookUrlFile = Setting("SLACK_WEBHOOK_URL_FILE") ?? options.WebhookUrlFile;
        options.BotToken = Setting("SLACK_BOT_TOKEN") ?? options.BotToken;
        options.BotTokenFile = Setting("SLACK_BOT_TOKEN_FILE") ?? options.BotTokenFile;
        options.Channel = Setting("SLACK_CHANNEL") ?? options.Channel;
    }

    public void PostConfigure(string? name, SlackOptions options)
    {
        options.WebhookUrl = (ReadSecret(options.WebhookUrlFile, "SLACK_WEBHOOK_URL_FILE", "the webhook's address") ?? options.WebhookUrl)?.Trim();
        options.BotToken = (ReadSecret(options.BotTokenFile, "SLACK_BOT_TOKEN_FILE", "the bot token") ?? options.BotToken)?.Trim();
    }

    private static string? ReadSecret(string? path, string setting, string what)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length is > 0 and <= 4_096
                ? text
                : throw Wrong($"found {text.Length} characters");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Wrong(exception is FileNotFoundException or DirectoryNotFoundException ? "found no such file" : "found no readable file");
        }

        OptionsValidationException Wrong(string found) =>
            new("", typeof(SlackOptions), [$"{setting}: expected a file with {what}, {found} at '{path}'; mount the secret there or correct the setting"]);
    }

    private string? Setting(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
