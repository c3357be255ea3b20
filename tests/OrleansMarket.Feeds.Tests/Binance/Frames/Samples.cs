using System.Text;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Tests.Binance.Frames;

/// <summary>Symbols and frames the frame tests share.</summary>
internal static class Samples
{
    public const long ReceivedMicros = 1_723_161_254_087_896;

    // Recorded 2024-08-08; the shape of "WebSocket Streams", Trade Streams.
    public const string Trade = """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}""";

    public static SymbolSpec Btc { get; } = new(new Symbol("BTCUSDT"), 2, 5) { MaxQuantity = 900_000_000 };

    public static SymbolSpec Eth { get; } = new(new Symbol("ETHUSDT"), 2, 4);

    public static SymbolSpec Pepe { get; } = new(new Symbol("1000SATSUSDT"), 8, 0);

    public static SymbolSpec Chinese { get; } = new(new Symbol("币安人生USDT"), 5, 1);

    // Its upper case has other bytes than its lower case.
    public static SymbolSpec Accented { get; } = new(new Symbol("ÉTÉUSDT"), 4, 2);

    public static IReadOnlyList<SymbolSpec> All { get; } = [Btc, Eth, Pepe, Chinese, Accented];

    public static BinanceFrameParser Parser(bool aggregates = false) => new(new SymbolTable(All), aggregates);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
