namespace OrleansMarket.TestKit;

/// <summary>Waits for what other threads and processes bring about.</summary>
public static class Eventually
{
    // Long enough for a machine that does much else; a test that passes never waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is expected, for the failure.</param>
    /// <param name="patience">How long at most; 60 s when not given.</param>
    /// <param name="pause">Between two questions; 10 ms when not given.</param>
    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static Task BecomesTrueAsync(Func<bool> condition, string what, TimeSpan? patience = null, TimeSpan? pause = null) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), what, patience, pause);

    /// <inheritdoc cref="BecomesTrueAsync(Func{bool}, string, TimeSpan?, TimeSpan?)"/>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null, TimeSpan? pause = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = new CancellationTokenSource(patience ?? Patience);
        for (var isOver = false; !await condition();)
        {
            // Asked once more after the time is over: whoever waits may be who was held up.
            if (isOver)
            {
                throw new TimeoutException($"expected within {patience ?? Patience}: {what}");
            }

            isOver = limit.IsCancellationRequested;
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
