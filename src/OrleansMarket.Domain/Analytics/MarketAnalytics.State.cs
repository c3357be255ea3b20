namespace OrleansMarket.Domain.Analytics;

/// <content>Saving and loading.</content>
public sealed partial class MarketAnalytics
{
    private const byte HotVersion = 2;
    private const byte HistoryVersion = 2;

    /// <summary>Writes what changes with every second: the running second, the open sweep, the rates and the last 301 seconds; at most 16 KB.</summary>
    public void SaveHot(BinaryWriter writer)
    {
        writer.Write(HotVersion);
        writer.Write(_boundary);
        writer.Write(_price);
        StateReader.WriteInt128(writer, _secondBuy);
        StateReader.WriteInt128(writer, _secondSell);
        writer.Write(_secondTrades);
        writer.Write(_holeOpen);
        writer.Write(_printSinceHole);
        _whale.Save(writer);
        writer.Write(_lastSweepReported);
        _sweep.Save(writer);
        _rate.Save(writer);
        _seconds.Save(writer);
    }

    /// <summary>Reads what <see cref="SaveHot"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void LoadHot(BinaryReader reader) => StateReader.Guard(() => ReadHot(reader));

    /// <summary>Writes the histories: the minutes, the notionals of the last sweeps, the seasonal baseline, the sweeps at the edges of given-up holes and the last firings.</summary>
    public void SaveHistory(BinaryWriter writer)
    {
        writer.Write(HistoryVersion);
        _minutes.Save(writer);
        _sweeps.Save(writer);
        writer.Write(_season is not null);
        _season?.Save(writer);
        SaveRepair(writer);
        SaveMoments(writer);
    }

    /// <summary>Reads what <see cref="SaveHistory"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void LoadHistory(BinaryReader reader) => StateReader.Guard(() => ReadHistory(reader));

    /// <summary>Gets whether <see cref="SaveChanges"/> tells everything since the base; otherwise a new base is needed.</summary>
    public bool KnowsChanges => _journal.IsWhole;

    /// <summary>Writes what happened to the histories since the base: minutes and sweeps, and of the rest what changed.</summary>
    /// <exception cref="InvalidOperationException">Not everything is known.</exception>
    public void SaveChanges(BinaryWriter writer)
    {
        if (!KnowsChanges)
        {
            throw new InvalidOperationException("expected a new base of the histories: more happened since the last than is remembered");
        }

        writer.Write(HistoryVersion);
        _journal.Save(writer);
        writer.Write(_journal.EdgesChanged);
        if (_journal.EdgesChanged)
        {
            SaveRepair(writer);
        }

        writer.Write(_journal.MomentsChanged);
        if (_journal.MomentsChanged)
        {
            SaveMoments(writer);
        }
    }

    /// <summary>Reads what <see cref="SaveChanges"/> wrote, over the histories of the base.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void LoadChanges(BinaryReader reader) => StateReader.Guard(() => ReadChanges(reader));

    /// <summary>A base with everything up to now is being written; what it holds is forgotten when <see cref="ForgetChanges"/> says that it is there.</summary>
    public void SealChanges() => _journal.Seal();

    /// <summary>The base of the last <see cref="SealChanges"/> is there, and the state refers to it.</summary>
    public void ForgetChanges() => _journal.Forget();

    private void SaveRepair(BinaryWriter writer)
    {
        writer.Write(_repair is not null);
        _repair?.Save(writer);
    }

    private void ReadChanges(BinaryReader reader)
    {
        StateReader.ReadVersion(reader, HistoryVersion, "changes");
        HistoryJournal.Replay(reader, minute => OnMinute(in minute), Count, Discount);
        if (reader.ReadBoolean())
        {
            _repair = reader.ReadBoolean() ? SweepRepair.Read(reader) : null;
            _journal.Edges();
        }

        if (reader.ReadBoolean())
        {
            LoadMoments(reader);
            _journal.Moments();
        }
    }

    private void ReadHot(BinaryReader reader)
    {
        StateReader.ReadVersion(reader, HotVersion, "hot");
        _boundary = reader.ReadInt64();
        _price = reader.ReadInt64();
        _secondBuy = StateReader.ReadInt128(reader);
        _secondSell = StateReader.ReadInt128(reader);
        _secondTrades = reader.ReadInt64();
        _holeOpen = reader.ReadBoolean();
        _printSinceHole = reader.ReadBoolean();
        _whale = ToldWhale.Read(reader);
        _lastSweepReported = reader.ReadBoolean();
        _sweep.Load(reader);
        _rate.Load(reader);
        _seconds.Load(reader);
    }

    private void ReadHistory(BinaryReader reader)
    {
        StateReader.ReadVersion(reader, HistoryVersion, "history");
        _minutes.Load(reader);
        _sweeps.Load(reader);
        _season = reader.ReadBoolean() ? HourOfWeekBaseline.Read(reader) : null;
        _repair = reader.ReadBoolean() ? SweepRepair.Read(reader) : null;
        LoadMoments(reader);
        _figuresAreStale = true;
        _journal.Clear();
    }
}
