using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>Leaves out, or makes up, the windows without trades.</summary>
public static class CandleFiller
{
    /// <summary>
    /// The candles with empty windows left out (<see cref="CandleFill.None"/>), or with the previous close carried into them
    /// (<see cref="CandleFill.Previous"/>): not beside a window with missing ids, so never across a gap, and only into seconds of minutes that are candles, so
    /// never across a halt. Longer windows without trades are candles themselves; where one is absent, trading was halted. Made up only as far as they are read.
    /// </summary>
    /// <param name="candles">Candles of one interval, by time.</param>
    /// <param name="fill">What is wanted.</param>
    /// <param name="minutes">The open times, µs, of the 1-minute candles there are; only looked at for seconds.</param>
    /// <param name="newestFirst">Whether the answer begins with the newest.</param>
    public static IEnumerable<Candle> Fill(IReadOnlyList<Candle> candles, CandleFill fill, IReadOnlySet<long> minutes, bool newestFirst = false)
    {
        for (var step = 0; step < candles.Count; step++)
        {
            var index = newestFirst ? candles.Count - 1 - step : step;
            var candle = candles[index];
            if (fill == CandleFill.None)
            {
                if (candle.TradeCount > 0)
                {
                    yield return candle;
                }

                continue;
            }

            if (newestFirst)
            {
                yield return candle;
            }

            if (index > 0 && Follows(candles[index - 1], candle))
            {
                foreach (var open in Between(candles[index - 1], candle, minutes, newestFirst))
                {
                    yield return candles[index - 1].Carry(open, candles[index - 1].Status);
                }
            }

            if (!newestFirst)
            {
                yield return candle;
            }
        }
    }

    /// <summary>Contiguous trade ids prove that nothing happened in between; a candle without ids says nothing of it.</summary>
    private static bool Follows(in Candle previous, in Candle candle) =>
        candle.Interval == CandleInterval.OneSecond && previous is { MissingIds: 0, LastId: >= 0 } && candle.MissingIds == 0 && candle.FirstId == previous.LastId + 1;

    /// <summary>The open times between two candles, in minutes that are candles.</summary>
    private static IEnumerable<long> Between(Candle previous, Candle candle, IReadOnlySet<long> minutes, bool newestFirst)
    {
        var step = previous.Interval.LengthMicros;
        for (var open = newestFirst ? candle.OpenTimeMicros - step : previous.EndMicros; open >= previous.EndMicros && open < candle.OpenTimeMicros;)
        {
            var minute = CandleInterval.OneMinute.OpenOf(open);
            if (minutes.Contains(minute))
            {
                yield return open;
                open += newestFirst ? -step : step;
            }
            else
            {
                open = newestFirst ? minute - step : minute + Micros.PerMinute;
            }
        }
    }
}
