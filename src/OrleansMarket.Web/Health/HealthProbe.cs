using System.Net;
using System.Net.Sockets;

namespace OrleansMarket.Web.Health;

/// <summary>Asks a running host whether it is well, from beside it: what <c>curl</c> would do in an image that has none.</summary>
public static class HealthProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks, and asks again until the answer is 200 or the time is up.</summary>
    /// <param name="url">What to ask, <c>http://localhost:8080/health/ready</c> say.</param>
    /// <param name="wait">How long to go on asking; zero asks once.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns><see langword="null"/> when it is well, else what is wrong, in one line.</returns>
    public static Task<string?> AskAsync(Uri url, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return RepeatAsync(http => AskOnceAsync(http, url, cancellationToken), wait, clock, cancellationToken);
    }

    /// <summary>Asks every address that a name stands for, as that of a headless service does for each silo.</summary>
    /// <param name="url">What to ask; its host is the name.</param>
    /// <param name="least">How many addresses there are at least.</param>
    /// <param name="wait">How long to go on asking; zero asks once.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns><see langword="null"/> when there are enough and all are well, else what is wrong, in one line.</returns>
    public static Task<string?> AskEachAsync(Uri url, int least, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return RepeatAsync(http => AskEachOnceAsync(http, url, least, cancellationToken), wait, clock, cancellationToken);
    }

    private static async Task<string?> RepeatAsync(Func<HttpClient, Task<string?>> ask, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        using var http = new HttpClient { Timeout = Patience };
        var begun = clock.GetTimestamp();
        while (true)
        {
            var trouble = await ask(http).ConfigureAwait(false);
            if (trouble is null || clock.GetElapsedTime(begun) + Pause > wait)
            {
                return trouble;
            }

            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string?> AskEachOnceAsync(HttpClient http, Uri url, int least, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException unknown)
        {
            return $"{url.Host}: {unknown.Message}";
        }

        if (addresses.Length < least)
        {
            return $"{url.Host}: expected {least} silos, found {addresses.Length}";
        }

        var troubles = await Task.WhenAll(addresses.Select(
            address => AskOnceAsync(http, new UriBuilder(url) { Host = address.ToString() }.Uri, cancellationToken))).ConfigureAwait(false);
        return troubles.FirstOrDefault(trouble => trouble is not null);
    }

    private static async Task<string?> AskOnceAsync(HttpClient http, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"{url}: expected 200, found {(int)answer.StatusCode} {body.ReplaceLineEndings(" ")}";
        }
        catch (HttpRequestException absent)
        {
            return $"{url}: {absent.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{url}: expected an answer within {Patience.TotalSeconds:0} s, found none";
        }
    }
}
