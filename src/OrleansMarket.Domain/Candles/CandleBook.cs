using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Candles;

/// <summary>The windows of one interval that may still change: the running ones, those that wait for a proof or a repair, and the last few settled.</summary>
internal sealed class CandleBook(CandleInterval interval, int keepSettled)
{
    private readonly List<CandleWindow> _live = [];
    private readonly Stack<CandleWindow> _spare = new(4);
    private CandleWindow? _newest;

    public CandleInterval Interval { get; } = interval;

    /// <summary>Gets the live windows, by time. The list itself, since walking it through an interface would allocate.</summary>
    public List<CandleWindow> Live => _live;

    /// <summary>The window that holds an instant, made when there is none.</summary>
    public CandleWindow At(long micros)
    {
        var newest = _newest;
        if (newest is not null && (ulong)(micros - newest.OpenMicros) < (ulong)Interval.LengthMicros)
        {
            return newest;
        }

        return Find(Interval.OpenOf(micros)) ?? Insert(Interval.OpenOf(micros));
    }

    /// <summary>The live window with the given start, or <see langword="null"/>.</summary>
    public CandleWindow? Find(long openMicros)
    {
        for (var index = _live.Count - 1; index >= 0; index--)
        {
            var window = _live[index];
            if (window.OpenMicros <= openMicros)
            {
                return window.OpenMicros == openMicros ? window : null;
            }
        }

        return null;
    }

    /// <summary>The newest window with trades before a live one, with nothing but live windows without trades between; <see langword="null"/> where it is not live.</summary>
    public CandleWindow? LastTradedBefore(CandleWindow window)
    {
        for (var index = _live.IndexOf(window) - 1; index >= 0 && _live[index].OpenMicros + Interval.LengthMicros == window.OpenMicros; index--)
        {
            window = _live[index];
            if (window.TradeCount > 0)
            {
                return window;
            }
        }

        return null;
    }

    /// <summary>Forgets settled, proven windows that no gap touches, except the last few.</summary>
    public void Prune(TradeLedger ledger)
    {
        var settled = 0;
        foreach (var window in _live)
        {
            settled += window.Settled ? 1 : 0;
        }

        for (var index = 0; index < _live.Count && settled > keepSettled;)
        {
            var window = _live[index];
            if (!window.Settled)
            {
                break;
            }

            settled--;
            if (window is { Proven: true, Dirty: false } && window.ReportedMissing == window.LostIds && !ledger.Touches(window.OpenMicros, window.OpenMicros + Interval.LengthMicros))
            {
                _live.RemoveAt(index);
                _spare.Push(window);
            }
            else
            {
                index++;
            }
        }
    }

    /// <summary>Forgets the oldest window.</summary>
    public void RemoveFirst()
    {
        _spare.Push(_live[0]);
        _live.RemoveAt(0);
        _newest = _live.Count > 0 ? _live[^1] : null;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_live.Count);
        foreach (var window in _live)
        {
            window.Save(writer);
        }
    }

    public void Load(BinaryReader reader)
    {
        _live.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var window = new CandleWindow();
            window.Load(reader);
            _live.Add(window);
        }

        _newest = _live.Count > 0 ? _live[^1] : null;
    }

    private CandleWindow Insert(long openMicros)
    {
        var window = _spare.TryPop(out var spare) ? spare : new CandleWindow();
        window.Reset(openMicros);
        var index = _live.Count;
        while (index > 0 && _live[index - 1].OpenMicros > openMicros)
        {
            index--;
        }

        _live.Insert(index, window);
        _newest = _live[^1];
        return window;
    }
}
