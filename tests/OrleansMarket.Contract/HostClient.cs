using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Contract;

/// <summary>Talks to a host the way any client would.</summary>
public sealed class HostClient : IDisposable
{
    private readonly IHostUnderTest _host;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Makes a client of a host that has started.</summary>
    public HostClient(IHostUnderTest host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _http.BaseAddress = host.BaseUri;
    }

    /// <summary>Reads a JSON answer.</summary>
    /// <exception cref="HttpRequestException">The status is not a success; the message holds the answer.</exception>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response);
    }

    /// <summary>Sends a request with the API key and reads the answer.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-API-Key", _host.ApiKey);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
        using var response = await _http.SendAsync(request);
        return await ReadAsync(response);
    }

    /// <summary>Sends a request as it is, without the key.</summary>
    public Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request) => _http.SendAsync(request);

    /// <summary>All candles with an open time in [from, to), over all pages.</summary>
    public async Task<IReadOnlyList<ApiCandle>> GetCandlesAsync(string symbol, CandleInterval interval, DateTimeOffset from, DateTimeOffset to)
    {
        List<ApiCandle> candles = [];
        string? next = $"{from:O}";
        while (next is not null)
        {
            var page = await GetAsync(
                $"/candles?symbol={symbol}&interval={interval.Name}&from={Uri.EscapeDataString(next)}&to={Uri.EscapeDataString($"{to:O}")}&limit=2000");
            candles.AddRange(page.GetProperty("candles").EnumerateArray().Select(ApiCandle.Read));
            next = page.GetProperty("nextFrom").GetString();
        }

        return candles;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{(int)response.StatusCode} from {response.RequestMessage!.RequestUri}: {text}", null, response.StatusCode);
        }

        if (response.StatusCode == HttpStatusCode.NoContent || text.Length == 0)
        {
            return default;
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
