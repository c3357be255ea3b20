using System.Runtime.CompilerServices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>
/// Reads Binance spot market stream frames, combined (<c>{"stream":…,"data":{…}}</c>) and raw, from UTF-8. Never throws and, but for the
/// symbols a table discovers, never allocates on a well-formed frame.
/// </summary>
/// <remarks>
/// Sources: Binance Spot API, "WebSocket Streams", Trade Streams and Aggregate Trade Streams. Frames in the exchange's own field order take a hand-written scanner that
/// only ever says "a valid trade" or "not sure"; everything else is judged by <see cref="System.Text.Json.Utf8JsonReader"/>. Both give the same answer.
/// Times may be in milliseconds or microseconds. Safe for use from many threads.
/// </remarks>
public sealed partial class BinanceFrameParser
{
    private readonly SymbolTable _symbols;
    private readonly bool _readAggregates;

    /// <summary>Builds a parser.</summary>
    /// <param name="symbols">The symbols to follow.</param>
    /// <param name="readAggregates">Whether <c>aggTrade</c> frames are read as prints of ids f to l; otherwise they are not trades.</param>
    public BinanceFrameParser(SymbolTable symbols, bool readAggregates = false)
    {
        _symbols = symbols ?? throw new ArgumentNullException(nameof(symbols));
        _readAggregates = readAggregates;
    }

    /// <summary>Judges one frame.</summary>
    /// <param name="utf8">One whole frame, no line break.</param>
    /// <param name="receivedTimeMicros">When its last byte was read, our clock, µs since the epoch.</param>
    /// <param name="frame">What it says.</param>
    /// <returns>The verdict, also in <paramref name="frame"/>.</returns>
    public FrameVerdict Parse(ReadOnlySpan<byte> utf8, long receivedTimeMicros, out BinanceFrame frame) =>
        TryParseFast(utf8, receivedTimeMicros, out frame) ? FrameVerdict.Trade : ParseTolerant(utf8, receivedTimeMicros, out frame);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAcceptedTime(long micros) => micros is >= Micros.Earliest and < Micros.Latest;

    /// <summary>Both are the exchange's own: further apart one of them is damaged, and a trade years ahead would close every window up to then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool BelongTogether(long tradeTime, long eventTime) => eventTime - tradeTime is >= -Micros.PerHour and <= Micros.PerHour;
}
