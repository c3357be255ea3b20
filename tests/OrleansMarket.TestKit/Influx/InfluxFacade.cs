using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansMarket.TestKit.Influx;

/// <summary>
/// InfluxDB's v2 write API on loopback, as strict about token, organisation, bucket and precision as the real one. Lines go on to a real
/// <see cref="InfluxServer"/>, where the bucket is a database; without one they are only kept. Other answers come on demand.
/// </summary>
public sealed class InfluxFacade : IAsyncDisposable
{
    /// <summary>The organisation that exists.</summary>
    public const string Org = "market org";

    /// <summary>The bucket that exists.</summary>
    public const string Bucket = "market";

    /// <summary>The token that may write to it.</summary>
    public const string Token = "sEcReT-influx-token==";

    private static readonly Dictionary<string, string> Precisions = new() { ["ns"] = "ns", ["us"] = "u", ["ms"] = "ms", ["s"] = "s" };

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly InfluxServer? _server;
    private readonly ConcurrentQueue<InfluxAnswer> _answers = new();

    private InfluxFacade(WebApplication app, InfluxServer? server) => (_app, _server) = (app, server);

    /// <summary>Gets where it is.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Gets every request, in order of arrival.</summary>
    public ConcurrentQueue<InfluxRequest> Requests { get; } = new();

    /// <summary>Gets the lines that were taken, in order.</summary>
    public IEnumerable<string> Taken => Requests.Where(request => request.Status == 204).SelectMany(request => request.Lines);

    /// <summary>Gets or sets what requests are answered with while <see cref="Answer"/> has nothing for them; <see langword="null"/> writes them.</summary>
    public InfluxAnswer? Always { get; set; }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<InfluxFacade> StartAsync(InfluxServer? server = null)
    {
        var app = LoopbackServer.Build();
        var facade = new InfluxFacade(app, server);
        app.MapPost("/api/v2/write", facade.WriteAsync);
        await app.StartAsync();
        return facade;
    }

    /// <summary>Answers the next requests so, in order, instead of writing them.</summary>
    public InfluxFacade Answer(params InfluxAnswer[] answers)
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
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task WriteAsync(HttpContext context)
    {
        var request = context.Request;
        using var raw = new MemoryStream();
        await request.Body.CopyToAsync(raw);
        var encoding = request.Headers.ContentEncoding.ToString();
        var lines = Decode(raw.ToArray(), encoding).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var answer = _answers.TryDequeue(out var next) ? next : Always ?? Judge(request) ?? await ForwardAsync(request, raw.ToArray(), encoding);
        Requests.Enqueue(new InfluxRequest(lines, answer.Status, encoding, request.QueryString.Value ?? ""));
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = wait;
        }

        if (answer.Body.Length > 0)
        {
            context.Response.ContentType = answer.Body[0] == '{' ? "application/json" : "text/plain";
            await context.Response.WriteAsync(answer.Body);
        }
    }

    private static InfluxAnswer? Judge(HttpRequest request) =>
        request.Headers.Authorization != $"Token {Token}" ? InfluxAnswer.Error(401, "unauthorized", "unauthorized access")
        : request.Query["org"] != Org ? InfluxAnswer.Error(404, "not found", $"organization name \"{request.Query["org"]}\" not found")
        : request.Query["bucket"] != Bucket ? InfluxAnswer.Error(404, "not found", $"bucket \"{request.Query["bucket"]}\" not found")
        : !Precisions.ContainsKey(PrecisionOf(request)) ? InfluxAnswer.Error(400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s")
        : null;

    private async Task<InfluxAnswer> ForwardAsync(HttpRequest request, byte[] body, string encoding)
    {
        if (_server is null)
        {
            return new InfluxAnswer(204);
        }

        using var content = new ByteArrayContent(body);
        if (encoding.Length > 0)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        try
        {
            using var response = await _http.PostAsync(new Uri(_server.Address, $"write?db={Bucket}&precision={Precisions[PrecisionOf(request)]}"), content);
            var said = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? new InfluxAnswer(204) : InfluxAnswer.Error((int)response.StatusCode, "invalid", MessageOf(said));
        }
        catch (HttpRequestException)
        {
            // The server is down: so are we.
            return new InfluxAnswer(0);
        }
    }

    private static string PrecisionOf(HttpRequest request) => request.Query.TryGetValue("precision", out var precision) ? precision.ToString() : "ns";

    private static string MessageOf(string said)
    {
        using var json = JsonDocument.Parse(said);
        return json.RootElement.GetProperty("error").GetString()!;
    }

    private static string Decode(byte[] body, string encoding)
    {
        using var stream = new MemoryStream(body);
        using var plain = encoding == "gzip" ? (Stream)new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>A request as it arrived.</summary>
/// <param name="Lines">The lines, decompressed.</param>
/// <param name="Status">What it was answered with; 0 for a connection that was cut.</param>
/// <param name="Encoding">How it was compressed.</param>
/// <param name="Query">The query of its address.</param>
public sealed record InfluxRequest(IReadOnlyList<string> Lines, int Status, string Encoding, string Query);

/// <summary>An answer on demand.</summary>
/// <param name="Status">The HTTP status; 0 cuts the connection.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">The header <c>Retry-After</c>.</param>
public sealed record InfluxAnswer(int Status, string Body = "", string? RetryAfter = null)
{
    /// <summary>An error as InfluxDB 2 words it.</summary>
    public static InfluxAnswer Error(int status, string code, string message, int? retryAfterSeconds = null) =>
        new(status, JsonSerializer.Serialize(new { code, message }), retryAfterSeconds?.ToString(CultureInfo.InvariantCulture));
}
