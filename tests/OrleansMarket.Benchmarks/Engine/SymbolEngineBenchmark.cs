using BenchmarkDotNet.Attributes;
using OrleansMarket.Benchmarks.Ratios;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Benchmarks.Engine;

/// <summary>A hundred thousand trades through an engine with everything on, and through candles alone.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class SymbolEngineBenchmark
{
    private const int Trades = 100_000;

    private Print[] _prints = [];

    /// <summary>The simulated tape.</summary>
    [GlobalSetup]
    public void Setup() => _prints = [.. GeneratedDump.Trades().Take(Trades)];

    /// <summary>Candles, analytics and the shipped rules; a new engine each time, so its buffers count too.</summary>
    [Benchmark(OperationsPerInvoke = Trades)]
    public long Everything()
    {
        var engine = new SymbolEngine(GeneratedDump.Spec, new EngineOptions(), new SilentObserver());
        engine.SetRules(DefaultAlertRules.All);
        foreach (ref readonly var print in _prints.AsSpan())
        {
            engine.Apply(in print);
        }

        return engine.NextId;
    }

    /// <summary>One-minute candles and nothing else.</summary>
    [Benchmark(OperationsPerInvoke = Trades)]
    public long CandlesAlone()
    {
        var tape = new CandleTape([CandleInterval.OneMinute], TimeSpan.FromHours(1), new SilentObserver());
        foreach (ref readonly var print in _prints.AsSpan())
        {
            tape.Add(in print);
        }

        return tape.LastTradeMicros;
    }
}
