using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Which prints are asked for: those that touch the ids and lie in [from, to) by trade time.</summary>
internal readonly record struct PrintFilter(IdRange Ids, long FromMicros, long ToMicros)
{
    public static PrintFilter ById(IdRange ids) => new(ids, long.MinValue, long.MaxValue);

    public static PrintFilter ByTime(long fromMicros, long toMicros) => new(new IdRange(long.MinValue, long.MaxValue), fromMicros, toMicros);

    public bool MayTouch(long hour) => hour < ToMicros && (hour >= FromMicros || FromMicros - hour < Micros.PerHour);

    public bool MayTouch(in PrintBlockHeader header) =>
        header.Ids.Overlaps(Ids) && header.FirstMicros < ToMicros && header.LastMicros >= FromMicros;

    public bool Takes(in Print print) =>
        print.FirstId <= Ids.Last && print.LastId >= Ids.First && print.TradeTimeMicros >= FromMicros && print.TradeTimeMicros < ToMicros;

    /// <summary>Removes what is not asked for from an index on.</summary>
    public void RemoveUnwanted(List<ReceivedPrint> prints, int start)
    {
        var kept = start;
        for (var i = start; i < prints.Count; i++)
        {
            if (Takes(prints[i].Print))
            {
                prints[kept++] = prints[i];
            }
        }

        prints.RemoveRange(kept, prints.Count - kept);
    }
}
