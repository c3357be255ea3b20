using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Slack;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>The outputs that are configured.</summary>
public sealed class AlertChannels : IDisposable
{
    /// <summary>Builds them.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names it, never a secret.</exception>
    public AlertChannels(IOptions<AlertOptions> alerts, IOptions<SlackOptions> slack, TimeProvider clock)
    {
        var channels = new List<IAlertChannel>();
        if (slack.Value.BotToken is { Length: > 0 })
        {
            channels.Add(new SlackBotChannel(slack.Value, alerts.Value, clock));
        }
        else if (slack.Value.WebhookUrl is { Length: > 0 })
        {
            channels.Add(new SlackWebhookChannel(slack.Value, alerts.Value, clock));
        }

        if (alerts.Value.File is { Length: > 0 } file)
        {
            channels.Add(new FileAlertChannel(file, alerts.Value.MaxFileBytes));
        }

        if (alerts.Value.Console)
        {
            channels.Add(new ConsoleAlertChannel(Console.Out));
        }

        All = channels;
    }

    /// <summary>Gets the outputs.</summary>
    public IReadOnlyList<IAlertChannel> All { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in All)
        {
            (channel as IDisposable)?.Dispose();
        }
    }
}
