using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>A symbol's own rate of trades over the last hour of ticks, from which silence is judged: a quiet market is not a stale feed.</summary>
internal sealed class TradeRate
{
    private const int Minutes = 60;

    // Trades cluster, so silence of thirty mean intervals is still ordinary; and nobody is alarmed before a quarter of a minute.
    private const double OrdinaryIntervals = 30;
    private const double LeastSeconds = 15;
    private const double UnknownSeconds = 120;

    private readonly long[] _perMinute = new long[Minutes];
    private long _minute = -1;
    private long _firstMinute = -1;
    private long _tradesBefore;

    /// <summary>Gets the silence that the symbol's own rate explains, seconds.</summary>
    public double ExplainedSilenceSeconds { get; private set; } = UnknownSeconds;

    public void Tick(long wallMicros, long trades)
    {
        var minute = wallMicros / Micros.PerMinute;
        if (minute == _minute)
        {
            return;
        }

        if (_minute < 0)
        {
            (_minute, _firstMinute, _tradesBefore) = (minute, minute, trades);
            return;
        }

        for (var skipped = Math.Min(minute - _minute - 1, Minutes); skipped > 0; skipped--)
        {
            _perMinute[(minute - skipped) % Minutes] = 0;
        }

        _perMinute[_minute % Minutes] = trades - _tradesBefore;
        _perMinute[minute % Minutes] = 0;
        _tradesBefore = trades;
        _minute = minute;

        var sum = 0L;
        foreach (var count in _perMinute)
        {
            sum += count;
        }

        var seconds = 60d * Math.Min(minute - _firstMinute, Minutes - 1);
        ExplainedSilenceSeconds = sum == 0 ? UnknownSeconds : Math.Max(LeastSeconds, OrdinaryIntervals * seconds / sum);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_minute);
        writer.Write(_firstMinute);
        writer.Write(_tradesBefore);
        writer.Write(ExplainedSilenceSeconds);
        foreach (var count in _perMinute)
        {
            writer.Write(count);
        }
    }

    public void Load(BinaryReader reader)
    {
        _minute = reader.ReadInt64();
        _firstMinute = reader.ReadInt64();
        _tradesBefore = reader.ReadInt64();
        ExplainedSilenceSeconds = reader.ReadDouble();
        for (var index = 0; index < Minutes; index++)
        {
            _perMinute[index] = reader.ReadInt64();
        }
    }
}
