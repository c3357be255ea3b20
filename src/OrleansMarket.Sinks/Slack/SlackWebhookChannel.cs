using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;

namespace OrleansMarket.Sinks.Slack;

/// <summary>
/// Sends alerts through a Slack incoming webhook. A webhook cannot edit: an amendment is a new message that names the first.
/// </summary>
/// <remarks>Source: Slack, "Sending messages using incoming webhooks": success is status 200 with the body "ok".</remarks>
public sealed class SlackWebhookChannel : IAlertChannel, IDisposable
{
    private readonly Uri _address;
    private readonly Uri? _pageUrl;
    private readonly SlackClient _client;

    /// <exception cref="OptionsValidationException">There is no address, or one where messages may not go.</exception>
    public SlackWebhookChannel(SlackOptions options, AlertOptions alerts, TimeProvider clock)
    {
        if (SlackOptionsValidator.Judge(Uri.TryCreate(options.WebhookUrl, UriKind.Absolute, out var address) ? address : null, options.AllowedHosts) is { } problem)
        {
            throw new OptionsValidationException("", typeof(SlackOptions), [$"SLACK_WEBHOOK_URL: {problem}"]);
        }

        _address = address!;
        _pageUrl = alerts.PageUrl;
        _client = new(options.Timeout, clock);
        MinInterval = options.MinInterval;
    }

    /// <inheritdoc/>
    public string Name => "slack";

    /// <inheritdoc/>
    public TimeSpan MinInterval { get; }

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
    {
        var answer = await _client.PostAsync(_address, SlackMessage.Build(entry, _pageUrl), bearer: null, cancellationToken).ConfigureAwait(false);
        return answer.Judge() ?? (answer.Text.Trim() == "ok"
            ? new(DeliveryStatus.Delivered)
            : new(DeliveryStatus.Unknown, Reason: "expected the answer ok, found something else (200)"));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Names the channel, not its address.</summary>
    public override string ToString() => "Slack webhook";
}
