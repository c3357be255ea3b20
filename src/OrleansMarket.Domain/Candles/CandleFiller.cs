using OrleansMarket.Domain.Market;

namespace OrleansMarket.Domain.Candles;

/// <summary>Leaves out, or makes up, the windows without trades.</summary>
public static class CandleFiller
{
    /// <summary>
    /// The candles with empty windows left out (<see cref="CandleFill.None"/>), or with the previous close carried into them
    /// (<see cref="CandleFill.Previous"/>): not beside a window with missing ids, so never across a gap, and only into seconds of minutes that are candles, so
    /// never across a halt. Longer windows without trades are candles themselves; where one is absent, trading was halted.
    /// </summary>
    /// <param name="candles">Candles of one interval, by time.</param>
    /// <param name="fill">What is wanted.</param>
    /// <param name="minutes">The open times, µs, of the 1-minute candles there are; only looked at for seconds.</param>
    public static IReadOnlyList<Candle> Fill(IEnumerable<Candle> candles, CandleFill fill, IReadOnlySet<long> minutes)
    {
        var filled = new List<Candle>();
        foreach (var candle in candles)
        {
            if (fill == CandleFill.None)
            {
                if (candle.TradeCount > 0)
                {
                    filled.Add(candle);
                }

                continue;
            }

            if (candle.Interval == CandleInterval.OneSecond && filled.Count > 0 && filled[^1] is { MissingIds: 0 } previous && candle.MissingIds == 0 && Follows(previous, candle))
            {
                Carry(filled, previous, candle.OpenTimeMicros, minutes);
            }

            filled.Add(candle);
        }

        return filled;
    }

    /// <summary>Contiguous trade ids prove that nothing happened in between; a candle without ids says nothing of it.</summary>
    private static bool Follows(in Candle previous, in Candle candle) =>
        previous.LastId >= 0 && candle.FirstId == previous.LastId + 1;

    private static void Carry(List<Candle> filled, Candle previous, long untilMicros, IReadOnlySet<long> minutes)
    {
        for (var open = previous.EndMicros; open < untilMicros; open += previous.Interval.LengthMicros)
        {
            if (minutes.Contains(CandleInterval.OneMinute.OpenOf(open)))
            {
                filled.Add(previous.Carry(open, previous.Status));
            }
        }
    }
}
