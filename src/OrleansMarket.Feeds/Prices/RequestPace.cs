namespace OrleansMarket.Feeds.Prices;

/// <summary>Spaces out requests to one source: a bucket of tokens that refills evenly. Requests over the pace wait their turn.</summary>
internal sealed class RequestPace
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _perRequest;
    private readonly int _burst;
    private readonly Lock _gate = new();
    private DateTimeOffset _emptyUntil;

    public RequestPace(double perSecond, int burst, TimeProvider clock)
    {
        (_clock, _burst) = (clock, burst);
        _perRequest = TimeSpan.FromSeconds(1 / perSecond);
        _emptyUntil = DateTimeOffset.MinValue;
    }

    /// <summary>Waits until a request may be sent.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Take();
        return wait > TimeSpan.Zero ? Task.Delay(wait, _clock, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Takes the next turn; answers how long until it comes. The bucket is full when "empty until" lies a whole burst in the past.</summary>
    private TimeSpan Take()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var full = now - (_perRequest * (_burst - 1));
            var turn = _emptyUntil < full ? full : _emptyUntil;
            _emptyUntil = turn + _perRequest;
            return turn - now;
        }
    }
}
