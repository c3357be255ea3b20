using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>The fake exchange's clock. It runs on from wherever the tape has got to, and is never behind a trade that has happened, unless told not to follow.</summary>
internal sealed class ExchangeClock(TimeProvider clock, TimeSpan offset)
{
    private readonly Lock _gate = new();
    private long _offsetMicros = Micros.From(offset);

    public bool FollowsTrades { get; set; } = true;

    public long NowMicros => Micros.From(clock.GetUtcNow()) + Volatile.Read(ref _offsetMicros);

    /// <summary>Moves the clock on to a trade that happens ahead of it.</summary>
    public void Reach(long micros)
    {
        lock (_gate)
        {
            var ahead = micros - NowMicros;
            if (ahead > 0 && FollowsTrades)
            {
                Volatile.Write(ref _offsetMicros, _offsetMicros + ahead);
            }
        }
    }
}
