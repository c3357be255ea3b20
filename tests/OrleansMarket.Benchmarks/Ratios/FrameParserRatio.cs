using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansMarket.Benchmarks.Feeds;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>The frame parser against a plain <see cref="JsonSerializer"/> of the same frames.</summary>
internal static class FrameParserRatio
{
    private const int Frames = 100_000;
    private const double Target = 2e6;

    public static IEnumerable<RatioLine> Measure()
    {
        var frames = GeneratedDump.Trades().Take(Frames).Select(print => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{print.TradeTimeMicros / 1000}}},"s":"BTCUSDT","t":{{{print.FirstId}}},"p":"{{{GeneratedDump.Spec.Price(print.Price):F8}}}","q":"{{{GeneratedDump.Spec.Quantity(print.Quantity):F8}}}","T":{{{print.TradeTimeMicros / 1000}}},"m":true,"M":true}}"""))).ToArray();
        var parser = new BinanceFrameParser(new SymbolTable([GeneratedDump.Spec]));
        long sum = 0;
        void Parse()
        {
            foreach (var bytes in frames)
            {
                parser.Parse(bytes, 1, out var frame);
                sum += frame.Received.Print.LastId;
            }
        }

        Parse();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var ours = Frames / RatioReport.Best(10, Parse);
        var perFrame = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (10.0 * Frames);
        var theirs = Frames / RatioReport.Best(4, () =>
        {
            foreach (var bytes in frames)
            {
                sum -= JsonSerializer.Deserialize<FrameParserBenchmark.Envelope>(bytes)!.Data.Id;
            }
        });
        GC.KeepAlive(sum);
        yield return new("frame parser, one core", RatioReport.Millions(ours), "≥ 2 M/s", ours >= Target);
        yield return new("frame parser, bytes allocated per frame", perFrame.ToString("0.00", CultureInfo.InvariantCulture), "0", perFrame < 0.01);
        yield return new("frame parser against JsonSerializer", string.Create(CultureInfo.InvariantCulture, $"{ours / theirs:0.0} ×"));
    }
}
