using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>What the ledger says of a print.</summary>
public enum LedgerVerdict : byte
{
    /// <summary>The next id in line: take it.</summary>
    Next,

    /// <summary>Beyond the next id: take it, and a gap was opened before it.</summary>
    OpensGap,

    /// <summary>Inside a gap: take it; the gap was narrowed, split or closed.</summary>
    FillsGap,

    /// <summary>Every id is held already.</summary>
    Duplicate,

    /// <summary>Some ids are held and some are not: nobody can tell what to add.</summary>
    Straddles,

    /// <summary>Further ahead than an exchange can have traded since the newest print: leave it, for whatever it says, it is not the id of a trade.</summary>
    TooFarAhead,
}

/// <summary>
/// Which trade ids of one symbol are held: everything below <see cref="NextId"/> but the gaps. Spot ids are contiguous per symbol, so a
/// hole is missing data and a repeat is a duplicate.
/// </summary>
public sealed class TradeLedger
{
    private const byte Version = 1;

    // Far more than an answer takes, or than two clocks disagree by.
    private const long TailUncertaintyMicros = Micros.PerMinute;

    // Far more than an exchange matches of one symbol in a second, and what bursts and times that are a little apart may add. One id that is taken for true
    // makes everything below it missing, and every true trade a late one.
    private const long MostTradesPerSecond = 1_000_000;
    private const long BurstTrades = 1_000_000;

    // Before the first print ids count from here: the exchange opened in 2017.
    private const long OldestMicros = 1_483_228_800 * Micros.PerSecond;

    private readonly List<LedgerGap> _gaps = [];

    /// <summary>Gets the next expected id; −1 before the first print.</summary>
    public long NextId { get; private set; } = -1;

    /// <summary>Gets the trade time of the newest print by id, µs.</summary>
    public long LastTimeMicros { get; private set; }

    /// <summary>Gets the gaps, by id. The list itself, since walking it through an interface would allocate.</summary>
    internal List<LedgerGap> Gaps => _gaps;

    /// <summary>Gets how many gaps analytics wait for.</summary>
    public int OpenCount { get; private set; }

    /// <summary>Gets how many ids are missing.</summary>
    public long MissingIds
    {
        get
        {
            var sum = 0L;
            foreach (var gap in _gaps)
            {
                sum += gap.Ids.Count;
            }

            return sum;
        }
    }

    /// <summary>Declares the id to start from, before the first print.</summary>
    /// <exception cref="InvalidOperationException">A print was taken already.</exception>
    public void ExpectFrom(long firstId, long timeMicros)
    {
        if (NextId >= 0)
        {
            throw new InvalidOperationException($"expected to be told where to start before the first print, found next id {NextId}");
        }

        NextId = firstId;
        LastTimeMicros = timeMicros;
    }

    /// <summary>Judges a print and, unless it is a duplicate, straddles or is too far ahead, holds its ids.</summary>
    /// <param name="print">The print.</param>
    /// <param name="tickMicros">The last recorded tick, from which a new gap's patience counts.</param>
    /// <param name="gap">The gap opened or wholly repaired by this print, or <see langword="null"/>.</param>
    public LedgerVerdict Judge(in Print print, long tickMicros, out Gap? gap)
    {
        gap = null;
        if (print.FirstId > NextId && IsTooFarAhead(in print))
        {
            return LedgerVerdict.TooFarAhead;
        }

        if (print.FirstId == NextId || NextId < 0)
        {
            NextId = print.LastId + 1;
            LastTimeMicros = print.TradeTimeMicros;
            return LedgerVerdict.Next;
        }

        if (print.FirstId > NextId)
        {
            gap = Open(new IdRange(NextId, print.FirstId - 1), print.TradeTimeMicros, tickMicros);
            NextId = print.LastId + 1;
            LastTimeMicros = print.TradeTimeMicros;
            return LedgerVerdict.OpensGap;
        }

        return Fill(in print, out gap);
    }

    /// <summary>The exchange's last id is beyond what we hold: opens the hole at the tail.</summary>
    /// <returns>Whether there was one.</returns>
    public bool OpenTail(long exchangeLastId, long askedMicros, long tickMicros, out Gap gap)
    {
        gap = default;
        if (NextId < 0 || exchangeLastId < NextId)
        {
            return false;
        }

        // The exchange's last trade may be younger than our question; until it is here, nothing after it is taken for proven.
        gap = Open(new IdRange(NextId, exchangeLastId), askedMicros + TailUncertaintyMicros, tickMicros);
        NextId = exchangeLastId + 1;
        return true;
    }

    /// <summary>Finds the gap that begins at an id.</summary>
    internal LedgerGap? FindAt(long firstId)
    {
        var index = IndexOf(firstId);
        return index >= 0 && _gaps[index].Ids.First == firstId ? _gaps[index] : null;
    }

    /// <summary>Gaps noticed before the first tick count from it.</summary>
    internal void StampNew(long tickMicros)
    {
        foreach (var gap in _gaps)
        {
            gap.OpenedTickMicros = gap.OpenedTickMicros == 0 ? tickMicros : gap.OpenedTickMicros;
        }
    }

    /// <summary>Nobody could repair for a while: the gaps grow old that much later.</summary>
    internal void Postpone(long micros)
    {
        foreach (var gap in _gaps)
        {
            gap.OpenedTickMicros += gap.OpenedTickMicros == 0 ? 0 : Math.Max(0, micros);
        }
    }

    /// <summary>Analytics go on without the gap; it can still be filled.</summary>
    internal Gap GiveUp(LedgerGap gap)
    {
        if (gap.State == GapState.Open)
        {
            gap.State = GapState.GivenUp;
            OpenCount--;
        }

        return gap.ToGap();
    }

    /// <summary>Stops waiting for the gap for good.</summary>
    internal Gap Expire(LedgerGap gap)
    {
        GiveUp(gap);
        _gaps.Remove(gap);
        gap.State = GapState.Expired;
        return gap.ToGap();
    }

    /// <summary>Tells whether an unfilled gap may hold trades of the window [open, end).</summary>
    internal bool Touches(long openMicros, long endMicros)
    {
        foreach (var gap in _gaps)
        {
            if (gap.AfterMicros < endMicros && gap.BeforeMicros >= openMicros)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many missing ids may belong to the window [open, end).</summary>
    internal long MissingIn(long openMicros, long endMicros)
    {
        var sum = 0L;
        foreach (var gap in _gaps)
        {
            if (gap.AfterMicros < endMicros && gap.BeforeMicros >= openMicros)
            {
                sum += gap.Ids.Count;
            }
        }

        return sum;
    }

    /// <summary>Writes the state.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write(NextId);
        writer.Write(LastTimeMicros);
        writer.Write(_gaps.Count);
        foreach (var gap in _gaps)
        {
            writer.Write(gap.Ids.First);
            writer.Write(gap.Ids.Last);
            writer.Write(gap.Origin.First);
            writer.Write(gap.Origin.Last);
            writer.Write(gap.AfterMicros);
            writer.Write(gap.BeforeMicros);
            writer.Write(gap.OpenedTickMicros);
            writer.Write((byte)gap.State);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another version wrote it.</exception>
    public void Load(BinaryReader reader)
    {
        SnapshotFormat.Expect(reader, Version, nameof(TradeLedger));
        NextId = reader.ReadInt64();
        LastTimeMicros = reader.ReadInt64();
        _gaps.Clear();
        OpenCount = 0;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var gap = new LedgerGap
            {
                Ids = new IdRange(reader.ReadInt64(), reader.ReadInt64()),
                Origin = new IdRange(reader.ReadInt64(), reader.ReadInt64()),
                AfterMicros = reader.ReadInt64(),
                BeforeMicros = reader.ReadInt64(),
                OpenedTickMicros = reader.ReadInt64(),
                State = (GapState)reader.ReadByte(),
            };
            OpenCount += gap.State == GapState.Open ? 1 : 0;
            _gaps.Add(gap);
        }
    }

    /// <summary>By the trades' own times, so that the same tape is judged the same. The exchange's own word for a later id (<see cref="OpenTail"/>) is never doubted.</summary>
    private bool IsTooFarAhead(in Print print)
    {
        var (next, sinceMicros) = NextId < 0 ? (0, OldestMicros) : (NextId, LastTimeMicros);
        var seconds = Math.Max(0, print.TradeTimeMicros - sinceMicros) / Micros.PerSecond;
        return print.LastId - next > BurstTrades + (seconds * MostTradesPerSecond);
    }

    private Gap Open(IdRange missing, long beforeMicros, long tickMicros)
    {
        var gap = new LedgerGap
        {
            Ids = missing,
            Origin = missing,
            AfterMicros = LastTimeMicros,
            BeforeMicros = Math.Max(LastTimeMicros, beforeMicros),
            OpenedTickMicros = tickMicros,
        };
        _gaps.Add(gap);
        OpenCount++;
        return gap.ToGap();
    }

    private LedgerVerdict Fill(in Print print, out Gap? change)
    {
        change = null;
        var index = IndexOf(print.FirstId);
        if (index < 0)
        {
            return OverlapsAny(print.FirstId, print.LastId) || print.LastId >= NextId ? LedgerVerdict.Straddles : LedgerVerdict.Duplicate;
        }

        var gap = _gaps[index];
        if (print.LastId > gap.Ids.Last)
        {
            return LedgerVerdict.Straddles;
        }

        if (print.LastId < gap.Ids.Last)
        {
            _gaps.Insert(index + 1, new LedgerGap
            {
                Ids = new IdRange(print.LastId + 1, gap.Ids.Last),
                Origin = gap.Origin,
                AfterMicros = Math.Max(gap.AfterMicros, print.TradeTimeMicros),
                BeforeMicros = Math.Max(gap.BeforeMicros, print.TradeTimeMicros),
                OpenedTickMicros = gap.OpenedTickMicros,
                State = gap.State,
            });
            OpenCount += gap.State == GapState.Open ? 1 : 0;
        }

        if (print.FirstId > gap.Ids.First)
        {
            gap.Ids = new IdRange(gap.Ids.First, print.FirstId - 1);
            gap.BeforeMicros = Math.Max(gap.AfterMicros, print.TradeTimeMicros);
        }
        else
        {
            _gaps.RemoveAt(index);
            OpenCount -= gap.State == GapState.Open ? 1 : 0;
        }

        if (!IsPartAt(index, gap.Origin) && !IsPartAt(index - 1, gap.Origin))
        {
            change = new Gap(gap.Origin, gap.AfterMicros, gap.BeforeMicros, GapState.Repaired);
        }

        return LedgerVerdict.FillsGap;
    }

    /// <summary>The index of the gap that holds an id, or a negative number.</summary>
    private int IndexOf(long id)
    {
        int low = 0, high = _gaps.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var ids = _gaps[middle].Ids;
            if (id < ids.First)
            {
                high = middle - 1;
            }
            else if (id > ids.Last)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return -1;
    }

    /// <summary>Tells whether the gap at an index, if there is one, is a piece of a hole: the pieces of one are neighbours.</summary>
    private bool IsPartAt(int index, IdRange origin) => (uint)index < (uint)_gaps.Count && _gaps[index].Origin == origin;

    private bool OverlapsAny(long first, long last)
    {
        var ids = new IdRange(first, last);
        foreach (var gap in _gaps)
        {
            if (gap.Ids.Overlaps(ids))
            {
                return true;
            }
        }

        return false;
    }
}
