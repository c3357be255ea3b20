using Microsoft.AspNetCore.Http;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Web.Api;

/// <summary>The problems that the API answers with; every one says what to do.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) => Answer(
        400, "invalid-request", "The request is not valid.",
        string.Join("; ", errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}")),
        "Correct the fields named under errors; /docs describes each of them.", errors);

    public static IResult Invalid(string field, string error) =>
        Invalid(new Dictionary<string, string[]> { [field] = [error] });

    public static IResult InvalidCursor(string name, string found) => Invalid(name, $"expected the next of an earlier page, found '{found}'");

    public static IResult NotFound(string detail, string remedy) => Answer(404, "not-found", "There is no such thing.", detail, remedy);

    public static IResult Conflict(string detail, string remedy) => Answer(409, "conflict", "The state does not allow it.", detail, remedy);

    public static IResult KeyMissing() => Answer(
        401, "key-missing", "This needs the API key.", "expected an API key, found none",
        "Send the header X-API-Key, or sign in on the page. The server's log names the file that holds the key.");

    public static IResult KeyWrong() => Answer(
        401, "key-wrong", "The API key is not right.", "expected this server's API key, found another or an expired session",
        "Read the key from the file that the server's log names, or sign in again.");

    public static IResult CrossSite() => Answer(
        403, "cross-site", "A session only counts for requests of this server's own page.",
        "expected Sec-Fetch-Site same-origin or this server's Origin, found neither",
        "Programs send the header X-API-Key instead of a cookie.");

    public static IResult WrongHost(string found) => Answer(
        421, "wrong-host", "The server is not known under this name.", $"expected a local name or address, or a name from the setting ALLOWED_HOSTS, found '{found}'",
        $"If the name is yours, set ALLOWED_HOSTS={found}.");

    public static IResult TooManyAttempts(TimeSpan retryAfter) => Answer(
        429, "too-many-attempts", "Too many wrong API keys.", "too many wrong keys came from your address",
        "Wait for the seconds given by Retry-After, then use the right key.", retryAfter: retryAfter);

    public static IResult TooManyRequests(TimeSpan retryAfter) => Answer(
        429, "too-many-requests", "Too many requests.", "your address asks faster than this server allows",
        "Wait for the seconds given by Retry-After; follow /stream instead of polling.", retryAfter: retryAfter);

    public static IResult TooManyStreams(int limit) => Answer(
        503, "too-many-streams", "Too many live streams are open.", $"expected at most {limit} streams open at once",
        "Close one, or try again later.", retryAfter: TimeSpan.FromSeconds(10));

    public static IResult Unavailable(string detail) => Answer(
        503, "unavailable", "The market cannot be asked now.", detail, "Try again in a moment; /health says more.",
        retryAfter: TimeSpan.FromSeconds(2));

    public static IResult Fault(string traceId) => Answer(
        500, "fault", "The server failed.", "an unexpected error; the request itself may be fine",
        "Try again; if it stays, look for the trace id in the server's log.", traceId: traceId);

    public static IResult UnsupportedMediaType(string? found) => Answer(
        415, "unsupported-media-type", "The body has the wrong type.", $"expected application/json, found {found ?? "no content type"}",
        "Send the header Content-Type: application/json.");

    public static IResult TooLarge(long limit) => Answer(
        413, "too-large", "The body is too large.", $"expected at most {limit} bytes", "Send less at once.");

    public static IResult OfStatus(int status) => status switch
    {
        404 => NotFound("there is nothing at this address", "GET / lists what is there; /docs describes it."),
        405 => Answer(405, "method-not-allowed", "The method is not allowed here.", "another method is expected at this address", "The Allow header names the methods; /docs describes them."),
        413 => Answer(413, "too-large", "The body is too large.", "the body exceeds what is allowed here", "Send less at once."),
        415 => UnsupportedMediaType(null),
        _ => Answer(status, $"status-{status}", "The request cannot be served.", $"the server answers with status {status}", "See /docs."),
    };

    private static ProblemResult Answer(
        int status, string kind, string title, string detail, string remedy,
        IReadOnlyDictionary<string, string[]>? errors = null, TimeSpan? retryAfter = null, string? traceId = null) =>
        new(
            new ApiProblem
            {
                Type = $"urn:orleans-market:problem:{kind}",
                Title = title,
                Status = status,
                Detail = detail,
                Remedy = remedy,
                Errors = errors,
                TraceId = traceId,
            },
            retryAfter);

    private sealed class ProblemResult(ApiProblem problem, TimeSpan? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = problem.Status;
            httpContext.Response.Headers.CacheControl = "no-store";
            if (retryAfter is { } wait)
            {
                httpContext.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            if (problem.Status == 401)
            {
                httpContext.Response.Headers.WWWAuthenticate = "Bearer realm=\"orleans-market\"";
            }

            return httpContext.Response.WriteAsJsonAsync(
                problem with { Instance = httpContext.Request.Path }, MarketJson.Options, ContentType, httpContext.RequestAborted);
        }
    }
}
