using System.Net;
using OrleansMarket.TestKit;

namespace OrleansMarket.Contract;

/// <summary>Waits for what a host brings about, however busy it is meanwhile.</summary>
public static class HostPatience
{
    // Of a machine that does much else; a refused repair may wait half a minute, twice.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    // A host answers 50 requests a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until a condition holds. A host that is busy, is not there yet, or waits for one that died, answers later.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is expected, and what was found instead; asked for at the end.</param>
    /// <param name="found">What else helps to understand a failure: the host's last words, say.</param>
    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string> what, Func<string> found)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(what);
        ArgumentNullException.ThrowIfNull(found);
        Exception? unanswered = null;
        try
        {
            await Eventually.BecomesTrueAsync(AskAsync, "the condition", Patience, Pause);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected within {Patience}: {what()}{(unanswered is null ? "" : $"\n{unanswered.Message}")}\n{found()}");
        }

        async Task<bool> AskAsync()
        {
            try
            {
                unanswered = null;
                return await condition();
            }
            catch (Exception exception) when (exception is TaskCanceledException or HttpRequestException { StatusCode: null or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable })
            {
                unanswered = exception;
                return false;
            }
        }
    }
}
