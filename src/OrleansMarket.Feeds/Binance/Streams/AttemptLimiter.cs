namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Lets at most so many attempts through in any window of time; the rest wait their turn.</summary>
/// <remarks>
/// Used for connection attempts (Binance Spot API, "WebSocket Streams": 300 per 5 minutes and address) and for control messages
/// (5 per second and connection, pongs included).
/// </remarks>
public sealed class AttemptLimiter : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _window;
    private readonly long[] _attempts; // a ring of timestamps
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _next;
    private long _count;

    /// <summary>Builds a limiter.</summary>
    /// <param name="most">How many attempts, at least 1.</param>
    /// <param name="window">In how long.</param>
    /// <param name="clock">The time.</param>
    public AttemptLimiter(int most, TimeSpan window, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _window = window;
        _attempts = new long[most];
    }

    /// <summary>Waits until one more attempt is allowed, and counts it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_count >= _attempts.Length)
            {
                var wait = _window - _clock.GetElapsedTime(_attempts[_next]);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _clock, cancellationToken).ConfigureAwait(false);
                }
            }

            _attempts[_next] = _clock.GetTimestamp();
            _next = (_next + 1) % _attempts.Length;
            _count++;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
