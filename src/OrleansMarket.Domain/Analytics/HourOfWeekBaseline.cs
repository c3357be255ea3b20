using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// The median and the median absolute deviation of ln(1 + quote volume) for each of the 168 hours of the week (UTC), from four weeks of
/// 1-minute klines: 240 minutes an hour. Takes the daily and weekly rhythm out of volume spikes.
/// </summary>
internal sealed class HourOfWeekBaseline
{
    /// <summary>Hours in a week.</summary>
    public const int Hours = 168;

    private readonly double[] _median = new double[Hours];
    private readonly double[] _deviation = new double[Hours];
    private readonly short[] _active = new short[Hours];
    private readonly short[] _minutes = new short[Hours];

    private HourOfWeekBaseline()
    {
    }

    /// <summary>Builds the baseline from klines in any order; incomplete ones are left out.</summary>
    public static HourOfWeekBaseline From(SymbolSpec spec, IReadOnlyList<Candle> minutes)
    {
        var unit = (double)ScaledNumber.PowerOfTen(spec.QuoteDecimals);
        var volumes = new List<double>[Hours];
        var baseline = new HourOfWeekBaseline();
        foreach (var candle in minutes)
        {
            if (candle.Interval != CandleInterval.OneMinute || candle.MissingIds > 0 || (candle.Flags & CandleFlags.Partial) != 0)
            {
                continue;
            }

            var hour = HourOf(candle.OpenTimeMicros);
            (volumes[hour] ??= []).Add(Math.Log(1 + ((double)candle.QuoteVolume / unit)));
            baseline._active[hour] += (short)(candle.TradeCount > 0 ? 1 : 0);
        }

        for (var hour = 0; hour < Hours; hour++)
        {
            if (volumes[hour] is { } values)
            {
                var median = MedianOf(values);
                baseline._median[hour] = median;
                baseline._deviation[hour] = MedianOf([.. values.Select(value => Math.Abs(value - median))]);
                baseline._minutes[hour] = (short)values.Count;
            }
        }

        return baseline;
    }

    /// <summary>The hour of the week, 0 for Monday 00:00 UTC. (The epoch was a Thursday.)</summary>
    public static int HourOf(long micros) => (int)(((micros / Micros.PerHour) + 72) % Hours);

    /// <summary>Median, median absolute deviation, minutes and minutes with trades of the hour that holds an instant.</summary>
    public (double Median, double Deviation, int Minutes, int Active) At(long micros)
    {
        var hour = HourOf(micros);
        return (_median[hour], _deviation[hour], _minutes[hour], _active[hour]);
    }

    public void Save(BinaryWriter writer)
    {
        for (var hour = 0; hour < Hours; hour++)
        {
            writer.Write(_median[hour]);
            writer.Write(_deviation[hour]);
            writer.Write(_minutes[hour]);
            writer.Write(_active[hour]);
        }
    }

    public static HourOfWeekBaseline Read(BinaryReader reader)
    {
        var baseline = new HourOfWeekBaseline();
        for (var hour = 0; hour < Hours; hour++)
        {
            baseline._median[hour] = reader.ReadDouble();
            baseline._deviation[hour] = reader.ReadDouble();
            baseline._minutes[hour] = reader.ReadInt16();
            baseline._active[hour] = reader.ReadInt16();
        }

        return baseline;
    }

    private static double MedianOf(List<double> values)
    {
        values.Sort();
        var upper = values.Count / 2;
        return values.Count % 2 == 1 ? values[upper] : (values[upper - 1] + values[upper]) / 2;
    }
}
