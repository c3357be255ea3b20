using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>
/// The skeleton of one symbol's UTC day: for each minute the id of its first trade, the log price at its start and its volatility.
/// Days depend on nothing but seed, symbol and date, so any instant can be reached without walking there.
/// </summary>
/// <remarks>
/// The log price at midnight is a function of the date. Between two midnights the returns are GARCH(1,1) with Student-t shocks
/// (Bollerslev 1987), bent towards the next midnight in proportion to their variance. Trades per minute follow volatility and hour.
/// </remarks>
internal sealed class DayPlan
{
    public const int Minutes = 1_440;

    private const double ShockWeight = 0.12;
    private const double Persistence = 0.86;
    private const int WarmUpMinutes = 120;

    private readonly long[] _firstIds = new long[Minutes + 1];
    private readonly double[] _logPrices = new double[Minutes + 1];
    private readonly double[] _deviations = new double[Minutes];

    public DayPlan(SimulatedSymbol symbol, ulong seed, long day, long firstId, long trades)
    {
        Day = day;
        var random = new SeededRandom(SeededRandom.Mix(seed, (ulong)day));
        var longRun = symbol.DailyVolatility * symbol.DailyVolatility / Minutes;
        var variance = longRun;
        Span<double> activity = stackalloc double[Minutes + 1];
        Span<double> variances = stackalloc double[Minutes + 1];
        activity[0] = 0;
        variances[0] = 0;
        for (var minute = -WarmUpMinutes; minute < Minutes; minute++)
        {
            var deviation = Math.Sqrt(variance);
            var change = deviation * Math.Clamp(random.NextFatTailed(), -8, 8);
            var burst = Math.Exp(0.35 * random.NextNormal());
            if (minute >= 0)
            {
                var hour = 1 + (0.4 * Math.Sin(2 * Math.PI * (minute - 480) / Minutes));
                _deviations[minute] = deviation;
                _logPrices[minute + 1] = _logPrices[minute] + change;
                variances[minute + 1] = variances[minute] + variance;
                activity[minute + 1] = activity[minute] + (hour * burst * Math.Min(8, deviation / Math.Sqrt(longRun)));
            }

            variance = (longRun * (1 - ShockWeight - Persistence)) + (ShockWeight * change * change) + (Persistence * variance);
        }

        var start = Midnight(symbol, seed, day);
        var bend = Midnight(symbol, seed, day + 1) - start - _logPrices[Minutes];
        for (var minute = 0; minute <= Minutes; minute++)
        {
            _logPrices[minute] += start + (bend * variances[minute] / variances[Minutes]);
            _firstIds[minute] = firstId + (long)(trades * (activity[minute] / activity[Minutes]));
        }
    }

    /// <summary>Gets the days since the epoch.</summary>
    public long Day { get; }

    /// <summary>The first id at or after the start of a minute, 0 to 1,440.</summary>
    public long FirstId(int minute) => _firstIds[minute];

    /// <summary>The logarithm of the price, in quote units, at the start of a minute, 0 to 1,440.</summary>
    public double LogPrice(int minute) => _logPrices[minute];

    /// <summary>The deviation of the minute's log return.</summary>
    public double Deviation(int minute) => _deviations[minute];

    /// <summary>The minute that holds an id of this day.</summary>
    public int MinuteOf(long id)
    {
        var index = Array.BinarySearch(_firstIds, id);
        if (index < 0)
        {
            return ~index - 1;
        }

        // Minutes without trades share their first id with the next: the last of them holds the trade.
        while (index < Minutes && _firstIds[index + 1] == id)
        {
            index++;
        }

        return index;
    }

    private static double Midnight(SimulatedSymbol symbol, ulong seed, long day) =>
        Math.Log((double)symbol.Price)
        + (symbol.DailyVolatility * ((0.6 * SeededRandom.NormalOf(seed ^ 1, day)) + (1.5 * Wave(seed ^ 2, day, 8)) + (3 * Wave(seed ^ 3, day, 64))));

    /// <summary>A smooth function of the day that takes a normal number every so many days.</summary>
    private static double Wave(ulong seed, long day, long length)
    {
        var whole = Micros.Floor(day, length) / length;
        var part = (day - (whole * length)) / (double)length;
        var ease = part * part * (3 - (2 * part));
        return ((1 - ease) * SeededRandom.NormalOf(seed, whole)) + (ease * SeededRandom.NormalOf(seed, whole + 1));
    }
}
