using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>A candle as the outside sees it: decimals and instants.</summary>
public sealed record CandleView
{
    /// <summary>Gets the interval's name.</summary>
    public required string Interval { get; init; }

    /// <summary>Gets the window's start, inclusive.</summary>
    public required DateTimeOffset OpenTime { get; init; }

    /// <summary>Gets the window's end, exclusive.</summary>
    public required DateTimeOffset EndTime { get; init; }

    /// <summary>Gets the first price.</summary>
    public required decimal Open { get; init; }

    /// <summary>Gets the highest price.</summary>
    public required decimal High { get; init; }

    /// <summary>Gets the lowest price.</summary>
    public required decimal Low { get; init; }

    /// <summary>Gets the last price.</summary>
    public required decimal Close { get; init; }

    /// <summary>Gets the base volume.</summary>
    public required decimal Volume { get; init; }

    /// <summary>Gets the quote volume.</summary>
    public required decimal QuoteVolume { get; init; }

    /// <summary>Gets the number of trades.</summary>
    public required long TradeCount { get; init; }

    /// <summary>Gets the base volume bought by takers.</summary>
    public required decimal TakerBuyVolume { get; init; }

    /// <summary>Gets the quote volume bought by takers.</summary>
    public required decimal TakerBuyQuoteVolume { get; init; }

    /// <summary>Gets the first trade id, or <see langword="null"/> without trades.</summary>
    public long? FirstId { get; init; }

    /// <summary>Gets the last trade id, or <see langword="null"/> without trades.</summary>
    public long? LastId { get; init; }

    /// <summary>Gets how many known-missing ids may belong to the window.</summary>
    public long MissingIds { get; init; }

    /// <summary>Gets how often the values changed after the window had been reported as over.</summary>
    public int Revision { get; init; }

    /// <summary>Gets how final the candle is.</summary>
    public required CandleStatus Status { get; init; }

    /// <summary>Gets what else is to be known.</summary>
    public required CandleFlags Flags { get; init; }

    /// <summary>Translates a candle.</summary>
    public static CandleView From(SymbolSpec spec, in Candle candle) => new()
    {
        Interval = candle.Interval.Name,
        OpenTime = Micros.ToInstant(candle.OpenTimeMicros),
        EndTime = Micros.ToInstant(candle.EndMicros),
        Open = spec.Price(candle.Open),
        High = spec.Price(candle.High),
        Low = spec.Price(candle.Low),
        Close = spec.Price(candle.Close),
        Volume = spec.Quantity(candle.Volume),
        QuoteVolume = spec.Quote(candle.QuoteVolume),
        TradeCount = candle.TradeCount,
        TakerBuyVolume = spec.Quantity(candle.TakerBuyVolume),
        TakerBuyQuoteVolume = spec.Quote(candle.TakerBuyQuoteVolume),
        FirstId = candle.TradeCount > 0 && candle.FirstId >= 0 ? candle.FirstId : null,
        LastId = candle.TradeCount > 0 && candle.LastId >= 0 ? candle.LastId : null,
        MissingIds = candle.MissingIds,
        Revision = candle.Revision,
        Status = candle.Status,
        Flags = candle.Flags,
    };
}
