using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansMarket.TestKit.Slack;

/// <summary>
/// A Slack on loopback that takes messages by webhook and by Web API, checks them against the Block Kit limits as the real one does, and
/// misbehaves on demand. Answers come from <see cref="Answer"/>, one per request; without any it takes every good message.
/// </summary>
public sealed class FakeSlack : IAsyncDisposable
{
    /// <summary>The secret part of the webhook's address.</summary>
    public const string Secret = "T00000000/B00000000/sEcReTsEcReTsEcReTsEcReT";

    /// <summary>The bot's token.</summary>
    public const string Token = "xoxb-sEcReT-token";

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<SlackAnswers> _answers = new();
    private readonly CancellationTokenSource _stop = new();
    private int _posted;
    private int _disposed;

    private FakeSlack(WebApplication app, TimeProvider clock)
    {
        _app = app;
        _clock = clock;
    }

    /// <summary>Gets the root, without a slash at the end.</summary>
    public string Root => _app.Urls.First();

    /// <summary>Gets the webhook's address.</summary>
    public string WebhookUrl => $"{Root}/services/{Secret}";

    /// <summary>Gets every request in order of arrival, taken or not.</summary>
    public ConcurrentQueue<SlackRequest> Requests { get; } = new();

    /// <summary>Gets the messages that people see: those taken, and those taken although the answer was lost.</summary>
    public IEnumerable<SlackRequest> Taken => Requests.Where(request => request.Taken);

    /// <summary>Starts it on a free port.</summary>
    public static async Task<FakeSlack> StartAsync(TimeProvider clock)
    {
        var app = LoopbackServer.Build();
        var slack = new FakeSlack(app, clock);
        app.MapPost("/services/{**secret}", slack.ByWebhookAsync);
        app.MapPost("/api/{method}", slack.ByApiAsync);
        app.MapGet("/elsewhere", () => "ok");
        await app.StartAsync();
        return slack;
    }

    /// <summary>Answers the next requests so, in order.</summary>
    public FakeSlack Answer(params SlackAnswers[] answers)
    {
        foreach (var answer in answers)
        {
            _answers.Enqueue(answer);
        }

        return this;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ByWebhookAsync(HttpContext context, string secret)
    {
        var body = await ReadAsync(context);
        var answer = _answers.TryDequeue(out var next) ? next : SlackAnswers.Ok;
        var problem = secret != Secret ? "no_service" : FindProblem(body);
        var taken = problem is null && answer is SlackAnswers.Ok or SlackAnswers.TakeAndHang or SlackAnswers.TakeAndReset or SlackAnswers.TakeAndGarble;
        Requests.Enqueue(new("webhook", body, _clock.GetUtcNow(), taken, answer));
        if (problem is not null)
        {
            context.Response.StatusCode = secret != Secret ? 404 : 400;
            await context.Response.WriteAsync(problem);
        }
        else if (!await MisbehaveAsync(context, answer))
        {
            await context.Response.WriteAsync("ok");
        }
    }

    private async Task ByApiAsync(HttpContext context, string method)
    {
        var body = await ReadAsync(context);
        var answer = _answers.TryDequeue(out var next) ? next : SlackAnswers.Ok;
        var problem = context.Request.Headers.Authorization != $"Bearer {Token}" ? "invalid_auth"
            : method is not ("chat.postMessage" or "chat.update") ? "unknown_method"
            : body?["channel"] is null ? "channel_not_found"
            : answer == SlackAnswers.MessageNotFound ? "message_not_found"
            : FindProblem(body);
        var taken = problem is null && answer is SlackAnswers.Ok or SlackAnswers.TakeAndHang or SlackAnswers.TakeAndReset or SlackAnswers.TakeAndGarble;
        Requests.Enqueue(new(method, body, _clock.GetUtcNow(), taken, answer));
        if (problem is not null || !await MisbehaveAsync(context, answer))
        {
            var time = method == "chat.update" ? (string?)body!["ts"] : string.Create(CultureInfo.InvariantCulture, $"1700000000.{Interlocked.Increment(ref _posted):000000}");
            await context.Response.WriteAsJsonAsync(problem is null
                ? new JsonObject { ["ok"] = true, ["channel"] = "C0123456789", ["ts"] = time }
                : new JsonObject { ["ok"] = false, ["error"] = problem });
        }
    }

    private async Task<bool> MisbehaveAsync(HttpContext context, SlackAnswers answer)
    {
        switch (answer)
        {
            case SlackAnswers.TooMany:
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "30";
                await context.Response.WriteAsync("rate_limited");
                return true;
            case SlackAnswers.ServerError:
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync("<html>oops</html>");
                return true;
            case SlackAnswers.BadGateway:
                context.Response.StatusCode = 502;
                return true;
            case SlackAnswers.Redirect:
                context.Response.Redirect("/elsewhere");
                return true;
            case SlackAnswers.Gone:
                context.Response.StatusCode = 410;
                await context.Response.WriteAsync("channel_is_archived");
                return true;
            case SlackAnswers.Garbage or SlackAnswers.TakeAndGarble:
                await context.Response.Body.WriteAsync(new byte[] { 0xff, 0x00, 0x7b, 0x22 });
                return true;
            case SlackAnswers.Hang or SlackAnswers.TakeAndHang:
                await LoopbackServer.HangAsync(context, _stop.Token);
                return true;
            case SlackAnswers.Reset or SlackAnswers.TakeAndReset:
                context.Abort();
                return true;
            default:
                return false;
        }
    }

    private static async Task<JsonNode?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the real Slack would refuse, from its Block Kit reference.</summary>
    private static string? FindProblem(JsonNode? body)
    {
        if (body?["blocks"] is not JsonArray blocks || (string?)body["text"] is not { Length: > 0 and <= 40_000 })
        {
            return "no_text";
        }

        var total = 0;
        foreach (var text in Texts(blocks))
        {
            total += text.Length;
        }

        return blocks.Count is 0 or > 50 || total > 13_000 ? "msg_blocks_too_long"
            : blocks.All(block => IsGood(block!)) ? null
            : "invalid_blocks";
    }

    private static IEnumerable<string> Texts(JsonNode node) => node switch
    {
        JsonArray array => array.SelectMany(item => Texts(item!)),
        JsonObject { } block when block["text"] is JsonValue text => [(string)text!],
        JsonObject { } block => block.Select(pair => pair.Value).OfType<JsonNode>().SelectMany(Texts),
        _ => [],
    };

    private static bool IsGood(JsonNode block) => (string?)block["type"] switch
    {
        "header" => IsText(block["text"], "plain_text", 150),
        "section" => (block["text"] is null || IsText(block["text"], "mrkdwn", 3_000))
            && (block["fields"] is null || (block["fields"]!.AsArray().Count is > 0 and <= 10 && block["fields"]!.AsArray().All(field => IsText(field, "mrkdwn", 2_000))))
            && (block["text"] ?? block["fields"]) is not null,
        "context" => block["elements"]!.AsArray().Count is > 0 and <= 10 && block["elements"]!.AsArray().All(element => IsText(element, "mrkdwn", 3_000)),
        "divider" => true,
        _ => false,
    };

    private static bool IsText(JsonNode? text, string type, int max) =>
        (string?)text?["type"] == type && (string?)text["text"] is { } content && content.Length > 0 && content.Length <= max;
}

/// <summary>One request as it arrived.</summary>
/// <param name="Method">webhook, chat.postMessage or chat.update.</param>
/// <param name="Body">The JSON, or <see langword="null"/> when it was none.</param>
/// <param name="Time">When it arrived, by the test's clock.</param>
/// <param name="Taken">Whether people see it.</param>
/// <param name="Answer">How it was answered.</param>
public sealed record SlackRequest(string Method, JsonNode? Body, DateTimeOffset Time, bool Taken, SlackAnswers Answer)
{
    /// <summary>Gets whether the client waits in vain for an answer, for as long as it likes.</summary>
    public bool Hangs => Answer is SlackAnswers.Hang or SlackAnswers.TakeAndHang;

    /// <summary>Gets the fallback text.</summary>
    public string Text => (string?)Body?["text"] ?? "";

    /// <summary>Gets the whole message as text.</summary>
    public string Json => Body?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "";
}

/// <summary>How the fake Slack answers.</summary>
public enum SlackAnswers
{
    /// <summary>Takes the message.</summary>
    Ok,

    /// <summary>429 with Retry-After 30.</summary>
    TooMany,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>502.</summary>
    BadGateway,

    /// <summary>302.</summary>
    Redirect,

    /// <summary>410.</summary>
    Gone,

    /// <summary>200 with bytes that are no answer; the message is not taken.</summary>
    Garbage,

    /// <summary>200 with bytes that are no answer; the message is taken.</summary>
    TakeAndGarble,

    /// <summary>No answer; not taken.</summary>
    Hang,

    /// <summary>Takes the message and never answers.</summary>
    TakeAndHang,

    /// <summary>Cuts the connection; not taken.</summary>
    Reset,

    /// <summary>Takes the message and cuts the connection.</summary>
    TakeAndReset,

    /// <summary>chat.update finds no such message.</summary>
    MessageNotFound,
}
