using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>Writes down what an engine says.</summary>
internal sealed class RecordingObserver : ISymbolObserver
{
    public List<Candle> Reports { get; } = [];

    public List<Sweep> Whales { get; } = [];

    public List<Gap> Gaps { get; } = [];

    public List<AlertTransition> Alerts { get; } = [];

    /// <summary>The last report of every window.</summary>
    public SortedDictionary<(string Interval, long Open), Candle> Final { get; } = [];

    public void OnCandle(in Candle candle)
    {
        Reports.Add(candle);
        Final[(candle.Interval.Name, candle.OpenTimeMicros)] = candle;
    }

    public void OnWhale(in Sweep sweep) => Whales.Add(sweep);

    public void OnGap(in Gap gap) => Gaps.Add(gap);

    /// <summary>The figures of the last second.</summary>
    public SignalFrame? Frame { get; private set; }

    public void OnSecond(SignalFrame frame) => Frame = frame;

    public void OnAlert(AlertTransition transition) => Alerts.Add(transition);
}
