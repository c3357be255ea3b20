namespace OrleansMarket.TestKit.Binance;

/// <summary>Counts request weight per minute of the exchange's clock and decides on 429 and 418, as documented under "IP limits".</summary>
internal sealed class WeightMeter(int limit, TimeProvider clock)
{
    private const int RefusalsBeforeBan = 10;

    private readonly Lock _gate = new();
    private DateTimeOffset _minute;
    private DateTimeOffset _bannedUntil;
    private int _refusals;

    public int Used { get; private set; }

    /// <summary>Bans for a while, as after ignored 429s.</summary>
    public DateTimeOffset Ban(TimeSpan length)
    {
        lock (_gate)
        {
            return _bannedUntil = clock.GetUtcNow() + length;
        }
    }

    /// <summary>Takes weight; answers 200, 429 or 418 and how long to wait.</summary>
    public (int Status, TimeSpan Wait, DateTimeOffset BannedUntil) Take(int weight)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var minute = new DateTimeOffset(now.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
            if (minute != _minute)
            {
                (_minute, Used, _refusals) = (minute, 0, 0);
            }

            if (now < _bannedUntil)
            {
                return (418, _bannedUntil - now, _bannedUntil);
            }

            Used += weight;
            if (Used <= limit)
            {
                return (200, TimeSpan.Zero, default);
            }

            if (++_refusals > RefusalsBeforeBan)
            {
                _bannedUntil = now + TimeSpan.FromMinutes(2);
                return (418, _bannedUntil - now, _bannedUntil);
            }

            return (429, _minute.AddMinutes(1) - now, default);
        }
    }
}
