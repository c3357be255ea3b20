using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// All market analytics of one symbol. Fed in id order behind the reorder buffer, so every permutation, duplication or repaired loss of
/// the same trades gives the same figures, bit for bit.
/// </summary>
/// <remarks>
/// Order of calls at a boundary: the prints before it, then <see cref="OnMinute"/> when it ends a minute, then <see cref="OnSecond"/>.
/// Nothing is allocated per print.
/// </remarks>
public sealed class MarketAnalytics(SymbolSpec spec, AnalyticsOptions options, IWhaleObserver whales)
{
    /// <summary>Takes the exchange's closed 1-minute klines of the last 24 h (cold start), oldest first, before any print.</summary>
    public void Seed(IReadOnlyList<Candle> minutes) => throw new NotImplementedException($"{spec} {options} {whales}");

    /// <summary>Takes the next print in id order.</summary>
    public void OnPrint(in Print print) => throw new NotImplementedException();

    /// <summary>The ids between the last print and the next were given up: no sweep and no return may span them.</summary>
    public void OnHole(IdRange missing) => throw new NotImplementedException();

    /// <summary>Takes the next settled 1-minute candle, carried ones included, in time order.</summary>
    public void OnMinute(in Candle minute) => throw new NotImplementedException();

    /// <summary>Takes a changed candle of a minute that <see cref="OnMinute"/> had already given.</summary>
    public void OnMinuteRevised(in Candle minute) => throw new NotImplementedException();

    /// <summary>Ends a second: every print before the boundary has been given. Fills the market signals of the frame.</summary>
    public void OnSecond(long boundaryMicros, SignalFrame frame) => throw new NotImplementedException();

    /// <summary>Takes a USD rate of the quote asset; applied from the next minute.</summary>
    public void OnRate(UsdRate rate) => throw new NotImplementedException();

    /// <summary>The figures as of the last second ended.</summary>
    public MarketFigures Describe() => throw new NotImplementedException();

    /// <summary>Writes the whole state, so that <see cref="Load"/> continues bit for bit.</summary>
    public void Save(BinaryWriter writer) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void Load(BinaryReader reader) => throw new NotImplementedException();
}
