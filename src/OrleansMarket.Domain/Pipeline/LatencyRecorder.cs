using System.Numerics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>
/// Latency quantiles over the last minute: six slots of ten seconds of a histogram with 3 % wide buckets. Negative values count too; they mean
/// that clocks disagree. Safe to use from several threads.
/// </summary>
/// <param name="stage">The stage's name.</param>
public sealed class LatencyRecorder(string stage)
{
    private const int Slots = 6;
    private const long SlotMicros = 10 * Micros.PerSecond;
    private const int SubBuckets = 32; // per power of two
    private const int Powers = 40; // up to 2^40 µs, 12 days
    private const int HalfSize = SubBuckets * Powers;

    private readonly Lock _lock = new();
    private readonly int[][] _counts = [.. Enumerable.Range(0, Slots).Select(_ => new int[2 * HalfSize])];
    private readonly long[] _slots = new long[Slots];
    private readonly long[] _maxima = new long[Slots];

    /// <summary>Counts one latency.</summary>
    /// <param name="latencyMicros">The latency, µs.</param>
    /// <param name="nowMicros">Our clock, µs.</param>
    public void Record(long latencyMicros, long nowMicros) => Record([latencyMicros], nowMicros);

    /// <summary>Counts the latencies of a batch: its prints share one moment, and one lock.</summary>
    /// <param name="latenciesMicros">The latencies, µs.</param>
    /// <param name="nowMicros">Our clock, µs.</param>
    public void Record(ReadOnlySpan<long> latenciesMicros, long nowMicros)
    {
        lock (_lock)
        {
            var slot = SlotAt(nowMicros);
            var (counts, max) = (_counts[slot], _maxima[slot]);
            foreach (var latency in latenciesMicros)
            {
                counts[IndexOf(latency)]++;
                max = Math.Max(max, latency);
            }

            _maxima[slot] = max;
        }
    }

    /// <summary>The quantiles of the last minute.</summary>
    public StageLatency Describe(long nowMicros)
    {
        lock (_lock)
        {
            SlotAt(nowMicros);
            var sums = new long[2 * HalfSize];
            var (total, max) = (0L, long.MinValue);
            for (var slot = 0; slot < Slots; slot++)
            {
                if (_slots[slot] <= (nowMicros / SlotMicros) - Slots)
                {
                    continue;
                }

                for (var index = 0; index < sums.Length; index++)
                {
                    sums[index] += _counts[slot][index];
                    total += _counts[slot][index];
                }

                max = Math.Max(max, _maxima[slot]);
            }

            return total == 0
                ? new StageLatency(stage, 0, 0, 0, 0, 0)
                : new StageLatency(stage, total, Quantile(sums, total, 0.5, max), Quantile(sums, total, 0.95, max), Quantile(sums, total, 0.99, max), max / 1_000d);
        }
    }

    private static double Quantile(long[] sums, long total, double quantile, long max)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(total * quantile));
        for (var index = 0; index < sums.Length; index++)
        {
            rank -= sums[index];
            if (rank <= 0)
            {
                return Math.Min(MiddleOf(index), max) / 1_000d; // the middle of the last bucket may be beyond what is in it
            }
        }

        return 0;
    }

    private static int IndexOf(long micros)
    {
        var magnitude = (ulong)Math.Min(Math.Abs(micros), (1L << Powers) - 1);
        int index;
        if (magnitude < SubBuckets)
        {
            index = (int)magnitude;
        }
        else
        {
            var power = BitOperations.Log2(magnitude) - BitOperations.Log2(SubBuckets);
            index = ((power + 1) * SubBuckets) + (int)((magnitude >> power) - SubBuckets);
        }

        return micros < 0 ? HalfSize - 1 - index : HalfSize + index;
    }

    private static double MiddleOf(int bucket)
    {
        var index = bucket < HalfSize ? HalfSize - 1 - bucket : bucket - HalfSize;
        var power = Math.Max(0, (index / SubBuckets) - 1);
        var low = index < SubBuckets ? index : ((long)(index % SubBuckets) + SubBuckets) << power;
        var middle = low + (((1L << power) - 1) / 2d);
        return bucket < HalfSize ? -middle : middle;
    }

    private int SlotAt(long nowMicros)
    {
        var number = nowMicros / SlotMicros;
        var slot = (int)(number % Slots);
        if (_slots[slot] != number)
        {
            Array.Clear(_counts[slot]);
            _slots[slot] = number;
            _maxima[slot] = long.MinValue;
        }

        return slot;
    }
}
