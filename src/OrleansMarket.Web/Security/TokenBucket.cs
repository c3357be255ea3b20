using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace OrleansMarket.Web.Security;

/// <summary>A token bucket on a <see cref="TimeProvider"/>: a burst at once, then a steady rate. Refuses instead of queueing.</summary>
internal sealed class TokenBucket(int burst, double perSecond, TimeProvider clock) : RateLimiter
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _last = clock.GetTimestamp();
    private long _taken;
    private long _refused;

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                var idle = clock.GetElapsedTime(_last);
                return _tokens + (idle.TotalSeconds * perSecond) >= burst ? idle : null;
            }
        }
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics()
    {
        lock (_lock)
        {
            return new() { CurrentAvailablePermits = (long)_tokens, TotalSuccessfulLeases = _taken, TotalFailedLeases = _refused };
        }
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (clock.GetElapsedTime(_last, now).TotalSeconds * perSecond));
            _last = now;
            if (_tokens >= permitCount)
            {
                _tokens -= permitCount;
                _taken++;
                return Lease.Granted;
            }

            _refused++;
            return new Lease(TimeSpan.FromSeconds((permitCount - _tokens) / perSecond));
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Granted = new(null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
