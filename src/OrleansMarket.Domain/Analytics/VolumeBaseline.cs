namespace OrleansMarket.Domain.Analytics;

/// <summary>A multiset of at most 1,440 numbers kept sorted, so that median and median absolute deviation need no sort.</summary>
internal sealed class VolumeBaseline
{
    private float[] _sorted = [];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(float value)
    {
        if (Count == _sorted.Length)
        {
            Array.Resize(ref _sorted, Math.Min(MinuteHistory.Capacity, Math.Max(64, Count * 2)));
        }

        var index = IndexOf(value);
        Array.Copy(_sorted, index, _sorted, index + 1, Count - index);
        _sorted[index] = value;
        Count++;
    }

    /// <summary>Takes out one instance of a value that is in.</summary>
    public void Remove(float value)
    {
        var index = IndexOf(value);
        Count--;
        Array.Copy(_sorted, index + 1, _sorted, index, Count - index);
    }

    /// <summary>The median; the mean of the two in the middle of an even count. Not of an empty set.</summary>
    public double Median()
    {
        var upper = Count / 2;
        return Count % 2 == 1 ? _sorted[upper] : ((double)_sorted[upper - 1] + _sorted[upper]) / 2;
    }

    /// <summary>The median of the distances to the median, found by walking outwards from the middle.</summary>
    public double MedianAbsoluteDeviation(double median)
    {
        var right = Count / 2;
        var left = right - 1;
        double previous = 0, current = 0;
        for (var taken = 0; taken <= Count / 2; taken++)
        {
            previous = current;
            var below = left >= 0 ? median - _sorted[left] : double.PositiveInfinity;
            var above = right < Count ? _sorted[right] - median : double.PositiveInfinity;
            if (below <= above)
            {
                current = below;
                left--;
            }
            else
            {
                current = above;
                right++;
            }
        }

        return Count % 2 == 1 ? current : (previous + current) / 2;
    }

    /// <summary>The first index whose value is not below the given one.</summary>
    private int IndexOf(float value)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_sorted[middle] < value)
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
