using System.Net;

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
    public static async Task<string?> AskAsync(Uri url, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(clock);
        using var http = new HttpClient { Timeout = Patience };
        var begun = clock.GetTimestamp();
        while (true)
        {
            var trouble = await AskOnceAsync(http, url, cancellationToken).ConfigureAwait(false);
            if (trouble is null || clock.GetElapsedTime(begun) + Pause > wait)
            {
                return trouble;
            }

            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
        }
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
