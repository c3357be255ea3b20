using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// The USD rate of one quote asset. A rate holds from the minute after the later of its own time and the watermark at which it came, until it is
/// an hour old; then a stablecoin counts as 1 again, and any other asset has no rate.
/// </summary>
internal sealed class QuoteRate
{
    /// <summary>The most rates that may wait; there is at most one per minute, the oldest falls out.</summary>
    public const int MaxPending = 64;

    private readonly string _asset;
    private readonly List<(long FromMicros, UsdRate Rate)> _pending = new(4);

    public QuoteRate(string asset)
    {
        _asset = asset;
        Forget();
    }

    /// <summary>Gets the rate in force.</summary>
    public UsdRate? Current { get; private set; }

    /// <summary>Gets USD per quote unit, or NaN when no rate is known.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Takes a rate. One of another asset, one that is not a positive number, and one older than a rate already taken are ignored.</summary>
    public void Take(UsdRate rate, long watermarkMicros)
    {
        var newest = _pending.Count > 0 ? _pending[^1].Rate : Current;
        if (rate.Asset != _asset || rate.Rate is not (> 0 and < double.PositiveInfinity)
            || (newest is { } known && rate.TimeMicros < known.TimeMicros))
        {
            return;
        }

        var from = Micros.Floor(Math.Max(rate.TimeMicros, watermarkMicros), Micros.PerMinute) + Micros.PerMinute;
        if (_pending.Count > 0 && _pending[^1].FromMicros == from)
        {
            _pending[^1] = (from, rate);
            return;
        }

        if (_pending.Count == MaxPending)
        {
            _pending.RemoveAt(0);
        }

        _pending.Add((from, rate));
    }

    /// <summary>Applies what holds from a boundary on.</summary>
    public void Advance(long boundaryMicros)
    {
        while (_pending.Count > 0 && _pending[0].FromMicros <= boundaryMicros)
        {
            Apply(_pending[0].Rate);
            _pending.RemoveAt(0);
        }

        if (Current is { IsMeasured: true } rate && boundaryMicros - rate.TimeMicros > UsdRate.LongestAgeMicros)
        {
            Forget();
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Current.HasValue);
        if (Current is { } current)
        {
            Write(writer, current);
        }

        writer.Write(_pending.Count);
        foreach (var (from, rate) in _pending)
        {
            writer.Write(from);
            Write(writer, rate);
        }
    }

    public void Load(BinaryReader reader)
    {
        (Current, Value) = (null, double.NaN);
        if (reader.ReadBoolean())
        {
            Apply(Read(reader));
        }

        _pending.Clear();
        for (var left = StateReader.ReadCount(reader, MaxPending, "waiting rates"); left > 0; left--)
        {
            _pending.Add((reader.ReadInt64(), Read(reader)));
        }
    }

    private static void Write(BinaryWriter writer, UsdRate rate)
    {
        writer.Write(rate.Rate);
        writer.Write(rate.TimeMicros);
        writer.Write(rate.Source);
    }

    private UsdRate Read(BinaryReader reader) => new(_asset, reader.ReadDouble(), reader.ReadInt64(), reader.ReadString());

    private void Forget()
    {
        (Current, Value) = (null, double.NaN);
        if (UsdRate.IsAssumedStable(_asset))
        {
            Apply(new UsdRate(_asset, 1, 0, UsdRate.Assumed));
        }
    }

    private void Apply(UsdRate rate) => (Current, Value) = (rate, rate.Rate);
}
