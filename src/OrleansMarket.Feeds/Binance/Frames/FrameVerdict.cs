namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>What a frame turned out to be. Every frame gets exactly one verdict.</summary>
public enum FrameVerdict : byte
{
    /// <summary>A trade of a symbol we follow.</summary>
    Trade,

    /// <summary>Well formed, and simply not a trade: to be counted, not dead-lettered.</summary>
    NotATrade,

    /// <summary>Malformed, or a trade that fails validation: for the dead letters.</summary>
    Rejected,
}

/// <summary>Which kind of frame it is, as far as it could be told.</summary>
public enum FrameKind : byte
{
    /// <summary>Could not be told.</summary>
    Unknown,

    /// <summary><c>@trade</c>.</summary>
    Trade,

    /// <summary><c>@aggTrade</c>.</summary>
    AggregateTrade,

    /// <summary><c>@bookTicker</c>: carries neither <c>e</c> nor a time.</summary>
    BookTicker,

    /// <summary><c>@depth</c> updates.</summary>
    Depth,

    /// <summary>A REST order book snapshot or <c>@depth5/10/20</c>: <c>lastUpdateId</c> and no <c>e</c>.</summary>
    Snapshot,

    /// <summary>The answer to SUBSCRIBE, LIST_SUBSCRIPTIONS and their like.</summary>
    ControlAnswer,

    /// <summary>The server is about to close the connection.</summary>
    ServerShutdown,

    /// <summary>Another event (kline, ticker, …).</summary>
    Other,
}
