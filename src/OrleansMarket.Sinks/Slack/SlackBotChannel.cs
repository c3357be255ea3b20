using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;

namespace OrleansMarket.Sinks.Slack;

/// <summary>
/// Sends alerts as a Slack bot. An amendment edits the message that told the alert; where that one told several, it is answered in its thread, so
/// that nothing else in it is lost.
/// </summary>
/// <remarks>Source: Slack Web API, chat.postMessage and chat.update: JSON with "ok", and "error" or "channel" and "ts".</remarks>
public sealed class SlackBotChannel : IAlertChannel, IDisposable
{
    private readonly Uri _post;
    private readonly Uri _update;
    private readonly string _token;
    private readonly string _channel;
    private readonly Uri? _pageUrl;
    private readonly SlackClient _client;

    /// <exception cref="OptionsValidationException">Token or channel is missing, or messages may not go to the address.</exception>
    public SlackBotChannel(SlackOptions options, AlertOptions alerts, TimeProvider clock)
    {
        var problem = SlackOptionsValidator.Judge(options.ApiUrl, options.AllowedHosts) is { } address ? $"Alerts:Slack:ApiUrl: {address}"
            : SlackOptionsValidator.JudgeToken(options.BotToken) is { } token ? $"SLACK_BOT_TOKEN: {token}"
            : string.IsNullOrEmpty(options.Channel) ? "SLACK_CHANNEL: expected the id of a channel, found none"
            : null;
        if (problem is not null)
        {
            throw new OptionsValidationException("", typeof(SlackOptions), [problem]);
        }

        var root = options.ApiUrl.AbsoluteUri.EndsWith('/') ? options.ApiUrl : new Uri(options.ApiUrl.AbsoluteUri + "/");
        _post = new(root, "chat.postMessage");
        _update = new(root, "chat.update");
        _token = options.BotToken!;
        _channel = options.Channel!;
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
        var receipt = first?.Receipt?.Split('/') is [{ Length: > 0 } channel, { Length: > 0 } time] ? (Channel: channel, Time: time) : default;
        if (entry.Message.Kind == OutboxKind.Amendment && receipt.Channel is not null && first!.Message.Kind == OutboxKind.Alert)
        {
            var edit = SlackMessage.Build(entry, _pageUrl);
            edit["channel"] = receipt.Channel;
            edit["ts"] = receipt.Time;
            var edited = await AskAsync(_update, edit, cancellationToken).ConfigureAwait(false);
            if (edited.Status != DeliveryStatus.GiveUp)
            {
                return edited;
            }

            // The message is gone or too old to edit, and Slack said so: what follows is no repeat.
        }

        var body = SlackMessage.Build(entry, _pageUrl);
        body["channel"] = receipt.Channel ?? _channel;
        if (receipt.Time is not null)
        {
            body["thread_ts"] = receipt.Time;
        }

        return await AskAsync(_post, body, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Names the channel, not its secrets.</summary>
    public override string ToString() => "Slack bot";

    private async Task<Delivery> AskAsync(Uri address, JsonObject body, CancellationToken cancellationToken)
    {
        var answer = await _client.PostAsync(address, body, _token, cancellationToken).ConfigureAwait(false);
        return answer.Judge() ?? Read(answer);
    }

    private static Delivery Read(SlackAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Text);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("ok", out var ok))
            {
                if (ok.ValueKind == JsonValueKind.True)
                {
                    return new(DeliveryStatus.Delivered, Receipt: Text(root, "channel") is { } channel && Text(root, "ts") is { } time ? $"{channel}/{time}" : null);
                }

                var error = Text(root, "error");
                return error switch
                {
                    "ratelimited" or "rate_limited" => new(DeliveryStatus.RetryLater, answer.RetryAfter ?? TimeSpan.FromSeconds(30), "rate limited"),
                    "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" => new(DeliveryStatus.RetryLater, Reason: $"server error{SlackAnswer.Word(error)}"),
                    _ => new(DeliveryStatus.GiveUp, Reason: $"refused{SlackAnswer.Word(error)}"),
                };
            }
        }
        catch (JsonException)
        {
            // Said below, as for every answer that is no answer.
        }

        return new(DeliveryStatus.Unknown, Reason: "expected Slack's JSON, found something else (200)");

        static string? Text(JsonElement root, string name) =>
            root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
