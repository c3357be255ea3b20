using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>The candles of one symbol and interval as a recording gives them: the last word on each window, by time.</summary>
public sealed class CandleSeries
{
    private readonly List<Candle> _candles = [];

    internal CandleSeries(SymbolSpec spec, CandleInterval interval)
    {
        Spec = spec;
        Interval = interval;
    }

    /// <summary>Gets the symbol and its scale.</summary>
    public SymbolSpec Spec { get; }

    /// <summary>Gets the window.</summary>
    public CandleInterval Interval { get; }

    /// <summary>Gets or sets whether the recording's times are in µs rather than ms; what is written has the same unit.</summary>
    public bool IsMicroseconds { get; internal set; }

    /// <summary>Gets the trade time after which no window begins, µs.</summary>
    internal long LastTradeMicros { get; set; } = long.MaxValue;

    /// <summary>Tells whether nothing is missing in a candle.</summary>
    public static bool IsWhole(in Candle candle) =>
        candle.Status >= CandleStatus.Complete && candle.MissingIds == 0 && (candle.Flags & CandleFlags.Partial) == 0;

    /// <summary>
    /// The candles by time. Windows without trades between two whole candles with contiguous ids are carried, as the exchange does.
    /// </summary>
    /// <param name="partial">Whether candles with missing trades are told too.</param>
    public IEnumerable<Candle> Read(bool partial)
    {
        Candle? before = null;
        foreach (var candle in _candles)
        {
            if (candle.OpenTimeMicros > LastTradeMicros || (!partial && !IsWhole(in candle)))
            {
                continue;
            }

            if (before is { } last && last.EndMicros < candle.OpenTimeMicros && IsWhole(in last) && IsWhole(in candle)
                && (candle.FirstId < 0 || last.LastId < 0 || candle.FirstId == last.LastId + 1))
            {
                for (var open = last.EndMicros; open < candle.OpenTimeMicros; open += Interval.LengthMicros)
                {
                    yield return last.Carry(open, CandleStatus.Complete);
                }
            }

            yield return candle;
            before = candle;
        }
    }

    /// <summary>How many candles are whole, and how many are not.</summary>
    public (long Whole, long Partial) Count()
    {
        long whole = 0;
        foreach (var _ in Read(partial: false))
        {
            whole++;
        }

        long partial = 0;
        foreach (var candle in _candles)
        {
            partial += candle.OpenTimeMicros <= LastTradeMicros && !IsWhole(in candle) ? 1 : 0;
        }

        return (whole, partial);
    }

    /// <summary>Takes a candle; a later word on the same window replaces the earlier one.</summary>
    internal void Put(in Candle candle)
    {
        if (_candles.Count == 0 || _candles[^1].OpenTimeMicros < candle.OpenTimeMicros)
        {
            _candles.Add(candle);
            return;
        }

        int low = 0, high = _candles.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var open = _candles[middle].OpenTimeMicros;
            if (open == candle.OpenTimeMicros)
            {
                _candles[middle] = candle;
                return;
            }

            if (open < candle.OpenTimeMicros)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        _candles.Insert(low, candle);
    }
}
