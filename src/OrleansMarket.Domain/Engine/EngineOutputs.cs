using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;

namespace OrleansMarket.Domain.Engine;

/// <summary>What an engine concluded since the last commit, the newest report of each thing only.</summary>
internal sealed partial class EngineOutputs
{
    /// <summary>Gets candles by interval and open time.</summary>
    public Dictionary<(CandleInterval Interval, long Open), Candle> Candles { get; } = [];

    /// <summary>Gets whales by first id.</summary>
    public Dictionary<long, Sweep> Whales { get; } = [];

    /// <summary>Gets alert transitions, in order.</summary>
    public List<AlertTransition> Alerts { get; } = [];

    /// <summary>Gets gaps that ended.</summary>
    public List<GapView> ClosedGaps { get; } = [];

    /// <summary>Gets whether there is nothing.</summary>
    public bool IsEmpty => Candles.Count == 0 && Whales.Count == 0 && Alerts.Count == 0 && ClosedGaps.Count == 0;

    /// <summary>Takes out what was stored, unless it changed meanwhile.</summary>
    public void Remove(EngineCommit stored)
    {
        foreach (var candle in stored.Candles)
        {
            var key = (candle.Interval, candle.OpenTimeMicros);
            if (Candles.TryGetValue(key, out var known) && known == candle)
            {
                Candles.Remove(key);
            }
        }

        foreach (var whale in stored.Whales)
        {
            if (Whales.TryGetValue(whale.FirstId, out var known) && known == whale)
            {
                Whales.Remove(whale.FirstId);
            }
        }

        // These only grow at their ends.
        Alerts.RemoveRange(0, stored.Alerts.Count);
        ClosedGaps.RemoveRange(0, stored.ClosedGaps.Count);
    }

    /// <summary>Puts back what could not be stored, under what came since.</summary>
    public void PutBack(EngineOutputs older)
    {
        foreach (var (key, candle) in older.Candles)
        {
            Candles.TryAdd(key, candle);
        }

        foreach (var (key, whale) in older.Whales)
        {
            Whales.TryAdd(key, whale);
        }

        Alerts.InsertRange(0, older.Alerts);
        ClosedGaps.InsertRange(0, older.ClosedGaps);
    }
}
