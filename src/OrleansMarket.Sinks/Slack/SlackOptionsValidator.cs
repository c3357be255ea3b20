using System.Net;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Slack;

[OptionsValidator]
internal sealed partial class SlackOptionsRanges : IValidateOptions<SlackOptions>;

/// <summary>Checks that messages can only go where they are meant to. Its messages name settings, never their secret values.</summary>
internal sealed class SlackOptionsValidator : IValidateOptions<SlackOptions>
{
    private static readonly string[] SlackHosts = ["hooks.slack.com", "hooks.slack-gov.com", "slack.com", "slack-gov.com"];

    private readonly SlackOptionsRanges _ranges = new();

    public ValidateOptionsResult Validate(string? name, SlackOptions options)
    {
        var ranges = _ranges.Validate(name, options);
        if (ranges.Failed)
        {
            return ranges;
        }

        var problems = new List<string>();
        if (options.WebhookUrl is { Length: > 0 } webhook)
        {
            Add(problems, "SLACK_WEBHOOK_URL", Judge(Uri.TryCreate(webhook, UriKind.Absolute, out var url) ? url : null, options.AllowedHosts),
                "copy the address from the app's Incoming Webhooks page");
        }

        if (options.BotToken is { Length: > 0 } token)
        {
            Add(problems, "Alerts:Slack:ApiUrl", Judge(options.ApiUrl, options.AllowedHosts), "leave it out for https://slack.com/api/");
            Add(problems, "SLACK_BOT_TOKEN", JudgeToken(token), "copy it from the app's OAuth page");

            if (string.IsNullOrWhiteSpace(options.Channel))
            {
                problems.Add("SLACK_CHANNEL: expected the id of a channel (C0123456789) beside the bot token, found none; set it");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong with an address, or <see langword="null"/>.</summary>
    internal static string? Judge(Uri? url, IReadOnlyCollection<string> allowedHosts)
    {
        if (url is null || !url.IsAbsoluteUri)
        {
            return "expected an https address, found no address";
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "expected an address without user, password or fragment, found one with";
        }

        var isNamed = allowedHosts.Contains(url.IdnHost, StringComparer.OrdinalIgnoreCase) || allowedHosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase);
        if (!isNamed && !SlackHosts.Contains(url.IdnHost, StringComparer.OrdinalIgnoreCase))
        {
            return "expected a host of Slack (hooks.slack.com) or one named in Alerts:Slack:AllowedHosts, found another";
        }

        var isLoopback = url.IdnHost == "localhost" || (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && isNamed && isLoopback))
        {
            return "expected https, found another scheme";
        }

        return !isNamed && !url.IsDefaultPort ? "expected no port, found one" : null;
    }

    /// <summary>What is wrong with a token, or <see langword="null"/>.</summary>
    internal static string? JudgeToken(string? token) =>
        token is { Length: > 0 } && !token.AsSpan().ContainsAnyExceptInRange('!', '~') ? null : "expected a token without spaces (xoxb-…), found none or other characters";

    private static void Add(List<string> problems, string setting, string? problem, string remedy)
    {
        if (problem is not null)
        {
            problems.Add($"{setting}: {problem}; {remedy}");
        }
    }
}
