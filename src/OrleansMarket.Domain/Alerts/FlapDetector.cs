using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Tells when one rule fires too often on one symbol: the last few firing times, in a ring.</summary>
internal sealed class FlapDetector
{
    /// <summary>This many firings within <see cref="WindowMicros"/> are flapping.</summary>
    public const int Firings = 5;

    /// <summary>The window; also how long there must be no firing for calm. One hour, µs.</summary>
    public const long WindowMicros = Micros.PerHour;

    private readonly long[] _times = new long[Firings];
    private int _count;
    private int _next;

    /// <summary>Gets whether the rule flaps.</summary>
    public bool IsFlapping { get; private set; }

    /// <summary>Notes a firing; answers whether with it flapping began.</summary>
    public bool OnFired(long timeMicros)
    {
        _times[_next] = timeMicros;
        _next = (_next + 1) % Firings;
        _count = Math.Min(_count + 1, Firings);
        var begins = !IsFlapping && _count == Firings && timeMicros - _times[_next] <= WindowMicros;
        IsFlapping |= begins;
        return begins;
    }

    /// <summary>Ends flapping when there was no firing for a whole window.</summary>
    public void Look(long timeMicros)
    {
        if (IsFlapping && timeMicros - _times[(_next + Firings - 1) % Firings] >= WindowMicros)
        {
            IsFlapping = false;
            _count = 0;
            _next = 0;
        }
    }

    /// <summary>Writes the state.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(IsFlapping);
        writer.Write((byte)_count);
        for (var age = _count; age > 0; age--)
        {
            writer.Write(_times[(_next + Firings - age) % Firings]);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        IsFlapping = reader.ReadBoolean();
        _count = reader.ReadByte();
        if (_count > Firings)
        {
            throw new InvalidDataException($"expected at most {Firings} firing times in the alert state, found {_count}");
        }

        _next = 0;
        for (var index = 0; index < _count; index++)
        {
            _times[index] = reader.ReadInt64();
        }

        _next = _count % Firings;
    }
}
