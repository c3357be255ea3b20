using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>Events per second over the last ten whole seconds. Safe to use from several threads.</summary>
public sealed class RateMeter
{
    private const int Seconds = 10;

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[Seconds + 1];
    private long _second;

    /// <summary>Counts events.</summary>
    /// <param name="count">How many.</param>
    /// <param name="nowMicros">Our clock, µs.</param>
    public void Add(long count, long nowMicros)
    {
        lock (_lock)
        {
            MoveTo(nowMicros);
            _counts[_second % _counts.Length] += count;
        }
    }

    /// <summary>Events per second over the last ten whole seconds.</summary>
    public double PerSecond(long nowMicros)
    {
        lock (_lock)
        {
            MoveTo(nowMicros);
            return (_counts.Sum() - _counts[_second % _counts.Length]) / (double)Seconds;
        }
    }

    private void MoveTo(long nowMicros)
    {
        var second = nowMicros / Micros.PerSecond;
        for (var steps = Math.Min(second - _second, _counts.Length); steps > 0; steps--)
        {
            _counts[(second - steps + 1) % _counts.Length] = 0;
        }

        _second = Math.Max(_second, second);
    }
}
