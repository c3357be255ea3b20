using System.Runtime.InteropServices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Brings prints into the order of their ids and leaves every trade in once.</summary>
internal static class PrintDeduplicator
{
    /// <summary>
    /// Sorts by id and removes repeats. Of an aggregate and finer prints of the same trades the finer ones stay where together they are whole,
    /// else the aggregate stays.
    /// </summary>
    public static void SortAndDeduplicate(List<ReceivedPrint> prints)
    {
        if (!IsSortedAndApart(prints))
        {
            // The sort is not stable, so receipt decides between equals: what came first stays.
            prints.Sort(static (left, right) =>
                left.Print.FirstId != right.Print.FirstId ? left.Print.FirstId.CompareTo(right.Print.FirstId)
                : left.Print.LastId != right.Print.LastId ? left.Print.LastId.CompareTo(right.Print.LastId)
                : left.ReceivedTimeMicros.CompareTo(right.ReceivedTimeMicros));
            Deduplicate(prints);
        }
    }

    private static bool IsSortedAndApart(List<ReceivedPrint> prints)
    {
        for (var i = 1; i < prints.Count; i++)
        {
            if (prints[i].Print.FirstId <= prints[i - 1].Print.LastId)
            {
                return false;
            }
        }

        return true;
    }

    private static void Deduplicate(List<ReceivedPrint> prints)
    {
        var span = CollectionsMarshal.AsSpan(prints);
        var kept = 0;
        for (var start = 0; start < span.Length;)
        {
            // A cluster is a run of prints that hang together by shared ids; nearly always it is a single print.
            var reach = span[start].Print.LastId;
            var end = start + 1;
            while (end < span.Length && span[end].Print.FirstId <= reach)
            {
                reach = Math.Max(reach, span[end++].Print.LastId);
            }

            if (end == start + 1)
            {
                span[kept++] = span[start];
            }
            else
            {
                foreach (var print in Choose(span[start..end]))
                {
                    span[kept++] = print;
                }
            }

            start = end;
        }

        prints.RemoveRange(kept, prints.Count - kept);
    }

    private static List<ReceivedPrint> Choose(ReadOnlySpan<ReceivedPrint> cluster)
    {
        var chosen = new List<ReceivedPrint>(cluster.Length);
        // The finest first; the sort is stable, so of equals the one received first comes first.
        foreach (var candidate in cluster.ToArray().OrderBy(print => print.Print.TradeCount))
        {
            var (first, last) = (candidate.Print.FirstId, candidate.Print.LastId);
            var shared = chosen.Where(print => print.Print.FirstId <= last && first <= print.Print.LastId).ToList();
            // What straddles a chosen one cannot stand beside it; what has all its trades chosen already adds nothing.
            if (shared.TrueForAll(print => print.Print.FirstId >= first && print.Print.LastId <= last)
                && shared.Sum(print => print.Print.TradeCount) < candidate.Print.TradeCount)
            {
                chosen.RemoveAll(shared.Contains);
                chosen.Add(candidate);
            }
        }

        chosen.Sort(static (left, right) => left.Print.FirstId.CompareTo(right.Print.FirstId));
        return chosen;
    }
}
