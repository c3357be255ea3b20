using System.Net.Http.Headers;
using System.Text;

namespace OrleansMarket.Sinks.Http;

/// <summary>What is taken from the answer of a server that is not trusted to be brief, and from its absence.</summary>
internal static class HttpAnswer
{
    /// <summary>The beginning of a body as text; the rest is not read.</summary>
    /// <param name="content">The body.</param>
    /// <param name="maxBytes">How much of it is read at most.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<string> ReadBeginningAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[maxBytes];
        var length = await stream.ReadAtLeastAsync(buffer, maxBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>How long the server asks to be left alone; negative for a date that has passed, <see langword="null"/> when it does not ask.</summary>
    public static TimeSpan? Wait(RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => retryAfter?.Delta ?? (retryAfter?.Date - now);

    /// <summary>Why no connection came about, so that nothing was sent; <see langword="null"/> when there was one.</summary>
    public static string? WhyNotConnected(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host's name cannot be resolved",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no secure connection",
        HttpRequestError.ProxyTunnelError => "no connection through the proxy",
        _ => null,
    };
}
