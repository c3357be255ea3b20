using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>One minute read anew from the exchange, because its candle differs from the exchange's own.</summary>
/// <param name="OpenTimeMicros">The minute, µs.</param>
/// <param name="Prints">Every trade of the minute, by id.</param>
/// <param name="Stored">
/// What is stored from the beginning of the minute's day: the 1-minute candles, the 1-second candles of the minute and the longer ones. A longer candle
/// is made anew from its minutes; where some of them are missing here it stays as it is. Those without trades that follow the minute carry its close.
/// </param>
public sealed record CandleRebuild(long OpenTimeMicros, IReadOnlyList<Print> Prints, IReadOnlyList<Candle> Stored);
