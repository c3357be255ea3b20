using System.Net;
using System.Text.Json;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.Json;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Asks a running <c>serve</c> over its API.</summary>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <param name="url">Where it listens.</param>
    /// <param name="keyFile">The file with the API key, or <see langword="null"/> to look in the usual places.</param>
    /// <param name="data">The directory that <c>serve</c> was given.</param>
    /// <exception cref="CommandException">There is no key.</exception>
    public ServerClient(Uri url, string? keyFile, string data)
    {
        _url = url;
        var key = ReadKey(keyFile, data);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Add("X-API-Key", key);
    }

    /// <summary>Sends a request and reads the answer.</summary>
    /// <exception cref="CommandException">Nobody answers, or the answer is a refusal; one line.</exception>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: MarketJson.Options);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<T>(text, MarketJson.Options) ?? throw new CommandException($"{_url} answered nothing; is it OrleansMarket?")
                : throw new CommandException($"{_url} refused: {Reason(response.StatusCode, text)}");
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"nobody answers at {_url} ({e.Message}); start 'serve', or name its address with --url");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{_url} did not answer in time; look at its log");
        }
        catch (JsonException)
        {
            throw new CommandException($"{_url} answered something else than expected; is it OrleansMarket of the same version?");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string ReadKey(string? keyFile, string data)
    {
        if (keyFile is null && Environment.GetEnvironmentVariable("API_KEY") is { Length: > 0 } key)
        {
            return key;
        }

        var path = keyFile ?? Environment.GetEnvironmentVariable("API_KEY_FILE") ?? Path.Combine(data, ApiKeyFile.FileName);
        try
        {
            return ApiKeyFile.Read(path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException($"expected the API key in '{Path.GetFullPath(path)}', found none that can be read; 'serve' makes it, or name it with --key-file");
        }
    }

    private static string Reason(HttpStatusCode status, string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            var root = problem.RootElement;
            if (root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("detail", out var text) || root.TryGetProperty("title", out text)) && text.ValueKind == JsonValueKind.String)
            {
                return $"{(int)status}, {text.GetString()!.ReplaceLineEndings(" ")}";
            }
        }
        catch (JsonException)
        {
            // Not ours; the status has to do.
        }

        return $"{(int)status} {status}";
    }
}
