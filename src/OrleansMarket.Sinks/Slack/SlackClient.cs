using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Http;

namespace OrleansMarket.Sinks.Slack;

/// <summary>
/// Posts JSON to Slack and says what came of it in a word. It has a client of its own, without logging, tracing, cookies or redirects, because
/// the address is the secret; no exception leaves it, since those name addresses.
/// </summary>
internal sealed class SlackClient : IDisposable
{
    private const int MaxAnswer = 16 * 1_024;

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;

    public SlackClient(TimeSpan timeout, TimeProvider clock)
    {
        _timeout = timeout;
        _clock = clock;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Without a propagator no activity is begun, and so no span carries the address.
            ActivityHeadersPropagator = null,
            ConnectTimeout = timeout,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Posts once. Throws only when cancelled by the caller.</summary>
    public async Task<SlackAnswer> PostAsync(Uri address, JsonObject body, string? bearer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var text = await HttpAnswer.ReadBeginningAsync(response.Content, MaxAnswer, either.Token).ConfigureAwait(false);
            return new(response.StatusCode, text, RetryAfter(response.Headers.RetryAfter), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new(null, "", null, new(DeliveryStatus.Unknown, Reason: "timed out"));
        }
        catch (HttpRequestException exception)
        {
            // Before a connection stands nothing was sent; afterwards nobody knows.
            return new(null, "", null, HttpAnswer.WhyNotConnected(exception) is { } reason
                ? new(DeliveryStatus.RetryLater, Reason: reason)
                : new(DeliveryStatus.Unknown, Reason: "the connection broke"));
        }
        catch (IOException)
        {
            return new(null, "", null, new(DeliveryStatus.Unknown, Reason: "the connection broke"));
        }
    }

    public void Dispose() => _http.Dispose();

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        HttpAnswer.Wait(header, _clock.GetUtcNow()) is { } wait ? TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds, 0, 86_400)) : null;
}

/// <summary>What Slack answered, or why there is no answer.</summary>
/// <param name="Status">The HTTP status; <see langword="null"/> without an answer.</param>
/// <param name="Text">The beginning of the body.</param>
/// <param name="RetryAfter">How long it asks us to wait.</param>
/// <param name="Failure">What came of the attempt when there is no answer.</param>
internal readonly record struct SlackAnswer(HttpStatusCode? Status, string Text, TimeSpan? RetryAfter, Delivery? Failure)
{
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_-");
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    /// <summary>What the status alone decides; <see langword="null"/> for 200, where the body decides.</summary>
    public Delivery? Judge() => Failure ?? Status switch
    {
        HttpStatusCode.OK => null,
        HttpStatusCode.TooManyRequests => new Delivery(DeliveryStatus.RetryLater, RetryAfter ?? DefaultWait, "rate limited (429)"),
        HttpStatusCode.RequestTimeout => new Delivery(DeliveryStatus.RetryLater, RetryAfter, "the server timed out (408)"),
        // A gateway that gives up does not know what the server behind it did.
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => new Delivery(DeliveryStatus.Unknown, RetryAfter, $"gateway error ({(int)Status})"),
        >= HttpStatusCode.InternalServerError => new Delivery(DeliveryStatus.RetryLater, RetryAfter, $"server error ({(int)Status})"),
        >= HttpStatusCode.BadRequest => new Delivery(DeliveryStatus.GiveUp, Reason: $"refused ({(int)Status}{Word(Text)})"),
        >= HttpStatusCode.MultipleChoices => new Delivery(DeliveryStatus.GiveUp, Reason: $"refused to follow a redirect ({(int)Status})"),
        _ => new Delivery(DeliveryStatus.Unknown, Reason: $"unexpected answer ({(int)Status!})"),
    };

    /// <summary>Slack's own error word (no_service) when the text is one; nothing else of an answer is ever repeated.</summary>
    public static string Word(string? text) =>
        text is { Length: > 0 and <= 60 } && !text.AsSpan().ContainsAnyExcept(WordCharacters) ? $", {text}" : "";
}
