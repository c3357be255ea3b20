namespace OrleansMarket.TestKit;

/// <summary>Waits for what other threads and processes bring about.</summary>
public static class Eventually
{
    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is expected, for the failure.</param>
    /// <param name="patience">How long at most; 20 s when not given.</param>
    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static Task BecomesTrueAsync(Func<bool> condition, string what, TimeSpan? patience = null) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), what, patience);

    /// <inheritdoc cref="BecomesTrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"expected within {patience ?? TimeSpan.FromSeconds(20)}: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
