using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>One candle: every field of a Binance kline, and the proof of what it covers. Numbers are scaled by the symbol's <see cref="SymbolSpec"/>.</summary>
public readonly record struct Candle
{
    /// <summary>Gets the window's length.</summary>
    public required CandleInterval Interval { get; init; }

    /// <summary>Gets the window's start, µs, inclusive.</summary>
    public required long OpenTimeMicros { get; init; }

    /// <summary>Gets the first price, scaled.</summary>
    public required long Open { get; init; }

    /// <summary>Gets the highest price, scaled.</summary>
    public required long High { get; init; }

    /// <summary>Gets the lowest price, scaled.</summary>
    public required long Low { get; init; }

    /// <summary>Gets the last price, scaled.</summary>
    public required long Close { get; init; }

    /// <summary>Gets the base volume, scaled.</summary>
    public Int128 Volume { get; init; }

    /// <summary>Gets the quote volume, scaled.</summary>
    public Int128 QuoteVolume { get; init; }

    /// <summary>Gets the base volume bought by takers, scaled.</summary>
    public Int128 TakerBuyVolume { get; init; }

    /// <summary>Gets the quote volume bought by takers, scaled.</summary>
    public Int128 TakerBuyQuoteVolume { get; init; }

    /// <summary>Gets the number of trades.</summary>
    public long TradeCount { get; init; }

    /// <summary>Gets the first trade id, or −1 without trades.</summary>
    public long FirstId { get; init; }

    /// <summary>Gets the last trade id, or −1 without trades.</summary>
    public long LastId { get; init; }

    /// <summary>Gets how many known-missing ids may belong to the window; ids of a gap at the window's edge count in both windows.</summary>
    public long MissingIds { get; init; }

    /// <summary>Gets how often the values changed after the window had been reported as over; 0 for a candle that never changed.</summary>
    public int Revision { get; init; }

    /// <summary>Gets how final the candle is.</summary>
    public CandleStatus Status { get; init; }

    /// <summary>Gets what else is to be known.</summary>
    public CandleFlags Flags { get; init; }

    /// <summary>Gets the end of the window, µs, exclusive.</summary>
    public long EndMicros => OpenTimeMicros + Interval.LengthMicros;

    /// <summary>The candle of a window of the same length without trades: the close carried on.</summary>
    /// <param name="openMicros">The window's start, µs.</param>
    /// <param name="status">How final it is.</param>
    public Candle Carry(long openMicros, CandleStatus status) => Carried(Interval, openMicros, Close, status);

    /// <summary>The candle of a window without trades: the price before it, no volume, no ids.</summary>
    /// <param name="interval">The length of the window.</param>
    /// <param name="openMicros">The window's start, µs.</param>
    /// <param name="price">The price before it, scaled.</param>
    /// <param name="status">How final it is.</param>
    public static Candle Carried(CandleInterval interval, long openMicros, long price, CandleStatus status) => new()
    {
        Interval = interval,
        OpenTimeMicros = openMicros,
        Open = price,
        High = price,
        Low = price,
        Close = price,
        FirstId = -1,
        LastId = -1,
        Status = status,
        Flags = CandleFlags.Carried,
    };

    /// <summary>
    /// Tells whether every field that the exchange reports for a kline is equal: prices, volumes and number of trades. Quote volumes are left out
    /// where they are only approximate.
    /// </summary>
    public bool EqualsKline(in Candle kline) =>
        Interval == kline.Interval && OpenTimeMicros == kline.OpenTimeMicros
        && Open == kline.Open && High == kline.High && Low == kline.Low && Close == kline.Close
        && Volume == kline.Volume && TradeCount == kline.TradeCount && TakerBuyVolume == kline.TakerBuyVolume
        && ((Flags & CandleFlags.QuoteApproximate) != 0
            || (QuoteVolume == kline.QuoteVolume && TakerBuyQuoteVolume == kline.TakerBuyQuoteVolume));
}
