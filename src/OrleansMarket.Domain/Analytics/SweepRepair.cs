using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// Rejoins the sweeps around holes that were given up, when their trades turn up after all. Holds only the edges: the sweep before a hole,
/// the one behind it, and the ends of each contiguous run of late trades between. Being one order is a relation of neighbours, so the
/// order of arrival does not matter.
/// </summary>
internal sealed class SweepRepair
{
    /// <summary>The most runs held; the one with the lowest ids falls out, and what it touches is not revised.</summary>
    public const int MaxRuns = 64;

    private readonly List<Run> _runs = [];

    /// <summary>The first id behind the last hole, while the sweep that begins there is not known; otherwise −1.</summary>
    public long AwaitedId { get; private set; } = -1;

    /// <summary>A hole is given up.</summary>
    /// <param name="lastMissing">The last id missing.</param>
    /// <param name="before">The sweep that ends right before the hole; <see langword="null"/> when it is not known.</param>
    public void Open(long lastMissing, RepairPiece? before)
    {
        if (before is not null)
        {
            if (_runs.Count > 0 && _runs[^1].LastId == before.Sweep.LastId)
            {
                // It already stands behind the hole before.
                _runs[^1].EndsForGood = false;
            }
            else
            {
                Insert(new Run(before) { BeginsForGood = true });
            }
        }

        AwaitedId = lastMissing + 1;
    }

    /// <summary>The sweep behind the last hole ended, for good or at the next hole. Answers the sweeps that are final now and are not what they were.</summary>
    public List<RepairPiece>? AddBehind(RepairPiece behind, bool endsForGood)
    {
        AwaitedId = -1;
        return Merge(Insert(new Run(behind) { EndsForGood = endsForGood }));
    }

    /// <summary>A print turned up inside a hole. Answers the sweeps that are final now and are not what they were.</summary>
    public List<RepairPiece>? AddLate(in Print print)
    {
        var joiner = default(SweepJoiner);
        joiner.Start(in print);
        return Merge(Insert(new Run(new RepairPiece(joiner.Close()) { Changed = true })));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(AwaitedId);
        writer.Write(_runs.Count);
        foreach (var run in _runs)
        {
            writer.Write(run.BeginsForGood);
            writer.Write(run.EndsForGood);
            run.First.Save(writer);
            writer.Write(run.IsSingle);
            if (!run.IsSingle)
            {
                run.Last.Save(writer);
            }
        }
    }

    public static SweepRepair Read(BinaryReader reader)
    {
        var repair = new SweepRepair { AwaitedId = reader.ReadInt64() };
        for (var left = StateReader.ReadCount(reader, MaxRuns, "runs"); left > 0; left--)
        {
            var (begins, ends) = (reader.ReadBoolean(), reader.ReadBoolean());
            var run = new Run(RepairPiece.Read(reader)) { BeginsForGood = begins, EndsForGood = ends };
            if (!reader.ReadBoolean())
            {
                run.Last = RepairPiece.Read(reader);
            }

            repair._runs.Add(run);
        }

        return repair;
    }

    private int Insert(Run run)
    {
        if (_runs.Count == MaxRuns)
        {
            _runs.RemoveAt(0);
        }

        var index = _runs.Count;
        while (index > 0 && _runs[index - 1].FirstId > run.FirstId)
        {
            index--;
        }

        _runs.Insert(index, run);
        return index;
    }

    /// <summary>Joins a run with the neighbours that touch it, and takes it out when nothing can be added at either end.</summary>
    private List<RepairPiece>? Merge(int index)
    {
        List<RepairPiece>? final = null;
        if (index + 1 < _runs.Count && _runs[index].LastId + 1 == _runs[index + 1].FirstId)
        {
            Append(_runs[index], _runs[index + 1], ref final);
            _runs.RemoveAt(index + 1);
        }

        if (index > 0 && _runs[index - 1].LastId + 1 == _runs[index].FirstId)
        {
            Append(_runs[index - 1], _runs[index], ref final);
            _runs.RemoveAt(index--);
        }

        var run = _runs[index];
        if (run is { BeginsForGood: true, EndsForGood: true })
        {
            _runs.RemoveAt(index);
            Finish(run.First, ref final);
            if (!run.IsSingle)
            {
                Finish(run.Last, ref final);
            }
        }

        return final;
    }

    private static void Append(Run run, Run next, ref List<RepairPiece>? final)
    {
        var (left, right) = (run.Last, next.First);
        if (left.Joins(right))
        {
            var joined = left.Join(right);
            var (runWasSingle, nextWasSingle) = (run.IsSingle, next.IsSingle);
            run.First = runWasSingle ? joined : run.First;
            run.Last = nextWasSingle ? joined : next.Last;
            if (!runWasSingle && !nextWasSingle)
            {
                Finish(joined, ref final);
            }
        }
        else
        {
            right.Follow(left.Sweep.LastPrice);
            if (!run.IsSingle)
            {
                Finish(left, ref final);
            }

            if (!next.IsSingle)
            {
                Finish(right, ref final);
            }

            run.Last = next.Last;
        }

        run.EndsForGood = next.EndsForGood;
    }

    private static void Finish(RepairPiece piece, ref List<RepairPiece>? final)
    {
        if (piece.Changed || (piece.Followed && piece.Reported))
        {
            (final ??= []).Add(piece);
        }
    }

    /// <summary>Contiguous trades: their first and their last sweep, which are the same object while there is only one.</summary>
    private sealed class Run(RepairPiece piece)
    {
        public RepairPiece First { get; set; } = piece;

        public RepairPiece Last { get; set; } = piece;

        public bool BeginsForGood { get; init; }

        public bool EndsForGood { get; set; }

        public bool IsSingle => ReferenceEquals(First, Last);

        public long FirstId => First.Sweep.FirstId;

        public long LastId => Last.Sweep.LastId;
    }
}
