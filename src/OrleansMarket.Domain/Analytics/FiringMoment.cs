using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>The seconds before an alert fired, kept so that a later repair can be judged by them.</summary>
internal sealed class FiringMoment(long timeMicros, SecondHistory? seconds)
{
    /// <summary>The boundary at which it fired, µs.</summary>
    public long TimeMicros { get; } = timeMicros;

    /// <summary>The seconds up to it, as they are known now; <see langword="null"/> when they are not needed.</summary>
    public SecondHistory? Seconds { get; } = seconds;

    /// <summary>The largest whale that ended in the last of them.</summary>
    public ToldWhale Whale { get; set; }

    /// <summary>Takes a second that changed.</summary>
    public void Revise(in Candle second)
    {
        var ago = (TimeMicros - Micros.PerSecond - second.OpenTimeMicros) / Micros.PerSecond;
        if (ago is >= 0 and < SecondHistory.Capacity)
        {
            Seconds?.Revise(
                (int)ago, second.Close, second.TakerBuyVolume, second.Volume - second.TakerBuyVolume, (int)Math.Min(int.MaxValue, second.TradeCount));
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(TimeMicros);
        Whale.Save(writer);
        writer.Write(Seconds is not null);
        Seconds?.Save(writer);
    }

    public static FiringMoment Read(BinaryReader reader)
    {
        var (time, whale) = (reader.ReadInt64(), ToldWhale.Read(reader));
        SecondHistory? seconds = null;
        if (reader.ReadBoolean())
        {
            seconds = new SecondHistory();
            seconds.Load(reader);
        }

        return new FiringMoment(time, seconds) { Whale = whale };
    }
}

/// <summary>The largest whale of a second.</summary>
/// <param name="Usd">Its notional, USD; 0 when there was none.</param>
/// <param name="Trades">How many trades.</param>
internal readonly record struct ToldWhale(double Usd, int Trades)
{
    public void Save(BinaryWriter writer)
    {
        writer.Write(Usd);
        writer.Write(Trades);
    }

    public static ToldWhale Read(BinaryReader reader) => new(reader.ReadDouble(), reader.ReadInt32());
}
