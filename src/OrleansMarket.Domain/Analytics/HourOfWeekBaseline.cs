using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// The median and the median absolute deviation of ln(1 + quote volume) for each of the 168 hours of the week (UTC), from four weeks of
/// 1-minute klines: 240 minutes an hour. Takes the daily and weekly rhythm out of volume spikes.
/// </summary>
public sealed class HourOfWeekBaseline
{
    /// <summary>Hours in a week.</summary>
    public const int HoursPerWeek = 168;

    /// <summary>The time that a baseline looks back, µs: four weeks.</summary>
    public const long LengthMicros = 28 * Micros.PerDay;

    /// <summary>Builds a baseline of given hours.</summary>
    /// <param name="hours">The 168 hours, the first from Monday 00:00 UTC.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public HourOfWeekBaseline(IReadOnlyList<HourOfWeek> hours) => Hours = hours.Count == HoursPerWeek
        ? hours
        : throw new ArgumentException($"expected the {HoursPerWeek} hours of a week, found {hours.Count}", nameof(hours));

    /// <summary>Gets the hours, the first from Monday 00:00 UTC.</summary>
    public IReadOnlyList<HourOfWeek> Hours { get; }

    /// <summary>Builds the baseline from 1-minute candles in any order; others and incomplete ones are left out.</summary>
    public static HourOfWeekBaseline From(SymbolSpec spec, IReadOnlyList<Candle> minutes)
    {
        var unit = (double)ScaledNumber.PowerOfTen(spec.QuoteDecimals);
        var volumes = new List<double>[HoursPerWeek];
        var active = new int[HoursPerWeek];
        foreach (var candle in minutes)
        {
            if (candle.Interval != CandleInterval.OneMinute || candle.MissingIds > 0 || (candle.Flags & CandleFlags.Partial) != 0)
            {
                continue;
            }

            var hour = HourOf(candle.OpenTimeMicros);
            (volumes[hour] ??= []).Add(Math.Log(1 + ((double)candle.QuoteVolume / unit)));
            active[hour] += candle.TradeCount > 0 ? 1 : 0;
        }

        return new HourOfWeekBaseline([.. volumes.Select((values, hour) => Judge(values ?? [], active[hour]))]);
    }

    /// <summary>The hour of the week, 0 for Monday 00:00 UTC. (The epoch was a Thursday.)</summary>
    public static int HourOf(long micros) => (int)(((micros / Micros.PerHour) + 72) % HoursPerWeek);

    /// <summary>The hour that holds an instant.</summary>
    public HourOfWeek At(long micros) => Hours[HourOf(micros)];

    internal void Save(BinaryWriter writer)
    {
        foreach (var hour in Hours)
        {
            writer.Write(hour.Median);
            writer.Write(hour.Deviation);
            writer.Write((short)hour.Minutes);
            writer.Write((short)hour.Active);
        }
    }

    internal static HourOfWeekBaseline Read(BinaryReader reader)
    {
        var hours = new HourOfWeek[HoursPerWeek];
        for (var hour = 0; hour < HoursPerWeek; hour++)
        {
            var (median, deviation) = (reader.ReadDouble(), reader.ReadDouble());
            hours[hour] = new HourOfWeek(median, deviation, reader.ReadInt16(), reader.ReadInt16());
        }

        return new HourOfWeekBaseline(hours);
    }

    private static HourOfWeek Judge(List<double> volumes, int active)
    {
        if (volumes.Count == 0)
        {
            return default;
        }

        var median = MedianOf(volumes);
        return new HourOfWeek(median, MedianOf([.. volumes.Select(value => Math.Abs(value - median))]), volumes.Count, active);
    }

    private static double MedianOf(List<double> values)
    {
        values.Sort();
        var upper = values.Count / 2;
        return values.Count % 2 == 1 ? values[upper] : (values[upper - 1] + values[upper]) / 2;
    }
}

/// <summary>What is usual in an hour of the week.</summary>
/// <param name="Median">Median of ln(1 + quote volume) of its minutes.</param>
/// <param name="Deviation">Median absolute deviation from it.</param>
/// <param name="Minutes">How many minutes it rests on; 240 in four whole weeks.</param>
/// <param name="Active">How many of them had trades.</param>
public readonly record struct HourOfWeek(double Median, double Deviation, int Minutes, int Active);
