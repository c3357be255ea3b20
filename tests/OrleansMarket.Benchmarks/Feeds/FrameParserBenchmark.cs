using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Benchmarks.Feeds;

/// <summary>One recorded combined-stream frame to a validated print, against a plain <see cref="JsonSerializer"/> of the same frame (which validates nothing).</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class FrameParserBenchmark
{
    private static readonly byte[] Frame = Encoding.UTF8.GetBytes(
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}""");

    private static readonly byte[] BookTicker = Encoding.UTF8.GetBytes(
        """{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}""");

    private BinanceFrameParser _parser = null!;

    /// <summary>A table of 400 symbols, as a large deployment follows.</summary>
    [GlobalSetup]
    public void Setup() => _parser = new BinanceFrameParser(new SymbolTable(
        Enumerable.Range(0, 399).Select(i => new SymbolSpec(new Symbol($"COIN{i}USDT"), 4, 2)).Append(new SymbolSpec(new Symbol("BTCUSDT"), 2, 5))));

    /// <summary>The parser as the feed calls it.</summary>
    [Benchmark]
    public long Parser()
    {
        _parser.Parse(Frame, 1, out var frame);
        return frame.Received.Print.LastId;
    }

    /// <summary>The same frame without the scanner.</summary>
    [Benchmark]
    public long Reader()
    {
        _parser.ParseTolerant(Frame, 1, out var frame);
        return frame.Received.Print.LastId;
    }

    /// <summary>A frame that is no trade.</summary>
    [Benchmark]
    public FrameVerdict NotATrade() => _parser.Parse(BookTicker, 1, out _);

    /// <summary>The same frame by the serializer, with decimals.</summary>
    [Benchmark(Baseline = true)]
    public long Serializer() => JsonSerializer.Deserialize<Envelope>(Frame)!.Data.Id;

    internal sealed record Envelope([property: JsonPropertyName("stream")] string Stream, [property: JsonPropertyName("data")] TradeEvent Data);

    internal sealed record TradeEvent(
        [property: JsonPropertyName("e")] string Name,
        [property: JsonPropertyName("E")] long EventTime,
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("t")] long Id,
        [property: JsonPropertyName("p"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] decimal Price,
        [property: JsonPropertyName("q"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] decimal Quantity,
        [property: JsonPropertyName("T")] long TradeTime,
        [property: JsonPropertyName("m")] bool BuyerIsMaker,
        [property: JsonPropertyName("M")] bool Ignored);
}
