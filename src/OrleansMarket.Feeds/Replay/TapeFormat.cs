namespace OrleansMarket.Feeds.Replay;

/// <summary>What a recording holds. Sniffed from its first lines and checked against its name.</summary>
public enum TapeFormat : byte
{
    /// <summary>Raw stream frames, one a line, each with or without the local receive time before it.</summary>
    Frames,

    /// <summary>Binance public dump <c>trades</c>: id, price, quantity, quote quantity, time, buyer is maker[, best match].</summary>
    Trades,

    /// <summary>Binance public dump <c>aggTrades</c>: aggregate id, price, quantity, first id, last id, time, buyer is maker[, best match].</summary>
    AggregateTrades,

    /// <summary>Binance public dump <c>klines</c>: the 12 columns of the REST answer.</summary>
    Klines,
}
