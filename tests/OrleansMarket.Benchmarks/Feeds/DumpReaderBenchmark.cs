using BenchmarkDotNet.Attributes;
using OrleansMarket.Benchmarks.Ratios;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Benchmarks.Feeds;

/// <summary>Reading a trades dump, file and all, on one core.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class DumpReaderBenchmark
{
    private const int Trades = 200_000;

    private readonly TapeBlock _block = new();
    private TapeFile _file = null!;

    /// <summary>A generated dump.</summary>
    [GlobalSetup]
    public void Setup() => _file = TapeFile.Open(GeneratedDump.Write(Path.Combine(Path.GetTempPath(), "orleansmarket-benchmarks"), Trades));

    /// <summary>Rows to validated prints.</summary>
    [Benchmark(OperationsPerInvoke = Trades)]
    public long Rows()
    {
        using var reader = _file.OpenReader(TapeSymbols.Any());
        long rows = 0;
        while (reader.Read(_block))
        {
            rows += _block.Count;
        }

        return rows;
    }
}
