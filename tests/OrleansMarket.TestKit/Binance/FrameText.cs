using System.Globalization;
using System.Text;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>Frames as the exchange writes them (web-socket-streams.md): numbers as text with eight decimals.</summary>
internal static class FrameText
{
    /// <summary>The exchange takes some time between trading and telling.</summary>
    private const long PublishDelayMicros = 1_500;

    /// <summary>How many ways of breaking a frame there are.</summary>
    public const int Corruptions = 5;

    public static string Trade(SymbolSpec spec, in Print trade, bool microseconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"e":"trade","E":{{Time(trade.TradeTimeMicros + PublishDelayMicros, microseconds)}},"s":"{{spec.Symbol}}","t":{{trade.FirstId}},"p":"{{Number(spec.Price(trade.Price))}}","q":"{{Number(spec.Quantity(trade.Quantity))}}","T":{{Time(trade.TradeTimeMicros, microseconds)}},"m":{{(trade.Taker == TakerSide.Sell ? "true" : "false")}},"M":true}""");

    public static string Combined(string stream, string data) => $$"""{"stream":"{{stream}}","data":{{data}}}""";

    public static string Number(decimal value) => value.ToString("0.00000000", CultureInfo.InvariantCulture);

    public static long Time(long micros, bool microseconds) => microseconds ? micros : micros / Micros.PerMillisecond;

    /// <summary>Breaks a frame so that no reader can take it for a trade.</summary>
    public static string Corrupt(string frame, int kind) => kind switch
    {
        0 => frame[..(frame.Length / 2)],
        1 => frame.Replace("\"p\":\"", "\"p\":\"-", StringComparison.Ordinal),
        2 => frame.Replace("\"q\":\"", "\"q\":\"x", StringComparison.Ordinal),
        3 => frame.Replace("\"T\":", "\"TT\":", StringComparison.Ordinal),
        _ => new StringBuilder(frame) { [frame.Length / 3] = '\u0001' }.ToString(),
    };
}
