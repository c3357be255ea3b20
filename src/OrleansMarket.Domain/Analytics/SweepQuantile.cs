namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// An upper quantile (nearest rank) of the last notionals. Only the greatest few of the ring are kept sorted: the quantile is always among
/// them, an insertion moves at most a few hundred bytes, and the ring is scanned again only when departures have used them up.
/// </summary>
internal sealed class SweepQuantile(double quantile, int history)
{
    private readonly double _quantile = quantile;
    private readonly int _history = history;
    private float[] _ring = [];
    private int _start;
    private float[] _top = [];
    private int _topCount;

    public int Count { get; private set; }

    /// <summary>The smallest value that at least the given share of all values does not exceed. Not of an empty ring.</summary>
    public double Value() => _top[RankFromTop(Count) - 1];

    /// <summary>Takes the next notional; the oldest falls out of a full ring.</summary>
    public void Add(float value)
    {
        if (Count == _ring.Length && Count < _history)
        {
            Grow();
        }

        if (Count == _history)
        {
            var old = _ring[_start];
            _ring[_start] = value;
            _start = _start + 1 == _history ? 0 : _start + 1;
            if (old >= _top[_topCount - 1])
            {
                RemoveFromTop(old);
            }
        }
        else
        {
            // The ring does not wrap before it is full, so growing keeps the order.
            _ring[Count++] = value;
        }

        if (_topCount == Count - 1 || (_topCount > 0 && value >= _top[_topCount - 1]))
        {
            AddToTop(value);
        }

        if (_topCount < RankFromTop(Count))
        {
            CollectTop();
        }
    }

    /// <summary>Takes out the newest of a value; nothing when it has fallen out of the ring. Rare, and slow: the ring is laid out anew.</summary>
    public void Remove(float value)
    {
        var ordered = new float[Count];
        _ring.AsSpan(_start, Count - _start).CopyTo(ordered);
        _ring.AsSpan(0, _start).CopyTo(ordered.AsSpan(Count - _start));
        var index = Array.LastIndexOf(ordered, value);
        if (index < 0)
        {
            return;
        }

        ordered.AsSpan(0, index).CopyTo(_ring);
        ordered.AsSpan(index + 1).CopyTo(_ring.AsSpan(index));
        _start = 0;
        Count--;
        CollectTop();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        StateReader.WriteAll<float>(writer, _ring.AsSpan(_start, Count - _start));
        StateReader.WriteAll<float>(writer, _ring.AsSpan(0, _start));
    }

    public void Load(BinaryReader reader)
    {
        var count = StateReader.ReadCount(reader, AnalyticsOptions.MaxWhaleHistory, "sweeps");
        (_ring, _start, Count, _topCount) = ([], 0, 0, 0);
        foreach (var notional in StateReader.ReadAll<float>(reader, count))
        {
            Add((float)StateReader.Amount(notional));
        }
    }

    private int RankFromTop(int count) => count - Math.Max(1, (int)Math.Ceiling(_quantile * count - 1e-9)) + 1;

    private void Grow()
    {
        Array.Resize(ref _ring, Math.Min(_history, Math.Max(256, _ring.Length * 2)));

        // Twice the deepest rank, so that as many departures as the rank is deep pass between two scans.
        var capacity = (2 * RankFromTop(_ring.Length)) + 64;
        Array.Resize(ref _top, Math.Min(capacity, _ring.Length));
    }

    private void AddToTop(float value)
    {
        if (_topCount == _top.Length)
        {
            // Full: the smallest makes room. Every value left outside is at most as large as the new smallest.
            if (value <= _top[_topCount - 1])
            {
                return;
            }

            _topCount--;
        }

        var index = TopIndexOf(value);
        Array.Copy(_top, index, _top, index + 1, _topCount - index);
        _top[index] = value;
        _topCount++;
    }

    private void RemoveFromTop(float value)
    {
        var index = TopIndexOf(value);
        _topCount--;
        Array.Copy(_top, index + 1, _top, index, _topCount - index);
    }

    private void CollectTop()
    {
        _topCount = 0;
        for (var i = 0; i < Count; i++)
        {
            var value = _ring[i];
            if (_topCount < _top.Length || value > _top[_topCount - 1])
            {
                AddToTop(value);
            }
        }
    }

    /// <summary>The first index whose value is not above the given one; the top is in falling order.</summary>
    private int TopIndexOf(float value)
    {
        int low = 0, high = _topCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_top[middle] > value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
