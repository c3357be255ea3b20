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

    /// <summary>The median of the distances to the median.</summary>
    public double MedianAbsoluteDeviation(double median)
    {
        var upper = NearestDistance((Count / 2) + 1, median);
        return Count % 2 == 1 ? upper : (NearestDistance(Count / 2, median) + upper) / 2;
    }

    /// <summary>
    /// The k-th smallest distance to the median: distances rise from the middle to either end, so it is found in two sorted sequences by
    /// halving the number taken from the left one.
    /// </summary>
    private double NearestDistance(int k, double median)
    {
        var right = Count / 2;
        var left = right - 1;
        int low = Math.Max(0, k - (Count - right)), high = Math.Min(k, right);
        while (low < high)
        {
            // Too few from the left while the next there is nearer than the last taken from the right.
            var fromLeft = (low + high) >>> 1;
            if (median - _sorted[left - fromLeft] < _sorted[right + k - fromLeft - 1] - median)
            {
                low = fromLeft + 1;
            }
            else
            {
                high = fromLeft;
            }
        }

        var fromRight = k - low;
        return Math.Max(
            low == 0 ? 0 : median - _sorted[left - low + 1],
            fromRight == 0 ? 0 : _sorted[right + fromRight - 1] - median);
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
