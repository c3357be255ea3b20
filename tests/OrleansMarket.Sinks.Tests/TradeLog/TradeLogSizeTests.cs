using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;
using Xunit.Abstractions;
using static OrleansMarket.Sinks.Tests.TradeLog.TestTradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class TradeLogSizeTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [NeedsFact(NeedsFactAttribute.RealData)]
    public async Task Files_OfTheRealCaptureTakeAtMostTwelveBytesATrade()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable(NeedsFactAttribute.RealData)!, "binance-spot-2024-08-08");
        var trades = new List<(SymbolSpec Spec, List<ReceivedPrint> Prints)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.gz").Order())
        {
            using var reader = TapeFile.Open(path).OpenReader(TapeSymbols.Any());
            var block = new TapeBlock();
            List<ReceivedPrint> prints = [];
            SymbolSpec? spec = null;
            while (reader.Read(block))
            {
                foreach (var run in block.Runs)
                {
                    spec = run.Spec;
                    prints.AddRange(block.Span(run));
                }
            }

            trades.Add((spec!, prints));
        }

        await CheckAsync(trades);
    }

    [Fact]
    public async Task Files_OfAGeneratedTapeTakeAtMostTwelveBytesATrade()
    {
        var random = new Random(7);
        var trades = new List<(SymbolSpec, List<ReceivedPrint>)>();
        foreach (var spec in new[] { Btc, new SymbolSpec(new Symbol("PEPEUSDT"), 8, 0), SymbolSpec.Widest(new Symbol("WIDEUSDT")) })
        {
            List<ReceivedPrint> prints = [];
            long time = Hour, received = Hour, price = 6_000_000;
            // A price that walks, sizes with a heavy tail, bursts at one instant, and receipts apart by what a socket takes.
            for (var id = 1L; id <= 50_000; id++)
            {
                var burst = random.Next(3) == 0;
                time += burst ? 0 : random.Next(0, 120) * 1_000L;
                price += burst ? 0 : random.Next(-30, 31);
                received = Math.Max(received + random.Next(3, 40), time + random.Next(1_000, 9_000));
                var unit = spec.PriceDecimals == 8 && spec.QuantityDecimals == 8 ? 1_000 : 1;
                var quantity = (long)(1 + Math.Pow(10, random.NextDouble() * 5)) * unit;
                prints.Add(new ReceivedPrint(Print.Trade(spec, id, time, price * unit, quantity, (TakerSide)random.Next(2)), time + (random.Next(0, 4) * 1_000), received));
            }

            trades.Add((spec, prints));
        }

        await CheckAsync(trades);
    }

    private async Task CheckAsync(List<(SymbolSpec Spec, List<ReceivedPrint> Prints)> trades)
    {
        await using (var log = Open(_directory.Path))
        {
            foreach (var (spec, prints) in trades)
            {
                foreach (var chunk in prints.Chunk(20))
                {
                    await log.AppendAsync(spec, chunk, default);
                    await log.FlushAsync(default);
                }
            }

            output.WriteLine($"journal: {Size("*.journal") / (double)trades.Sum(symbol => symbol.Prints.Count):F2} bytes/trade before it is packed");
        }

        await using var packed = Open(_directory.Path);
        foreach (var (spec, prints) in trades)
        {
            Assert.Equal(prints, await packed.ReadByIdAsync(spec, new IdRange(0, long.MaxValue), int.MaxValue, default));
            var perTrade = Size(HourFile.Extension, spec.Symbol.Value) / (double)prints.Count;
            output.WriteLine($"{spec.Symbol}: {prints.Count} trades, {perTrade:F2} bytes/trade");
            Assert.InRange(perTrade, 1, 12);
        }
    }

    private long Size(string pattern, string symbol = "") =>
        new DirectoryInfo(Path.Combine(_directory.Path, FileTradeLog.DirectoryName, symbol)).EnumerateFiles("*" + pattern.TrimStart('*'), SearchOption.AllDirectories).Sum(file => file.Length);
}
