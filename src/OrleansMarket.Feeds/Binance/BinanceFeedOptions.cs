namespace OrleansMarket.Feeds.Binance;

/// <summary>Configures the Binance spot feed and its REST requests. Section: <c>Feeds:Binance</c>.</summary>
public sealed class BinanceFeedOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Feeds:Binance";

    /// <summary>Gets the pairs followed where none are named.</summary>
    public static IReadOnlyList<string> DefaultSymbols { get; } = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOTUSDT"];

    /// <summary>Gets the stream hosts used where none are named: the exchange's own, then the market-data-only host.</summary>
    public static IReadOnlyList<Uri> DefaultStreamEndpoints { get; } =
        [new("wss://stream.binance.com:9443"), new("wss://data-stream.binance.vision")];

    /// <summary>Gets or sets the pairs to follow. Default (when empty): BTCUSDT, ETHUSDT, SOLUSDT, ADAUSDT and DOTUSDT. Also <c>SYMBOLS</c>, separated by commas.</summary>
    public string[] Symbols { get; set; } = [];

    /// <summary>Gets or sets the stream hosts, <c>ws</c> or <c>wss</c>, best first. Default (when empty): the exchange's own, then the market-data-only host.</summary>
    public Uri[] StreamEndpoints { get; set; } = [];

    /// <summary>Gets or sets the REST host that serves everything. Default: <c>https://api.binance.com</c>.</summary>
    public Uri RestEndpoint { get; set; } = new("https://api.binance.com");

    /// <summary>Gets or sets the REST host for market data only (no <c>historicalTrades</c>), used where the other is refused. Default: <c>https://data-api.binance.vision</c>.</summary>
    public Uri MarketDataRestEndpoint { get; set; } = new("https://data-api.binance.vision");

    /// <summary>Gets or sets how many streams one connection carries, 1 to 1,024 (the exchange's limit). Default: 200.</summary>
    public int StreamsPerConnection { get; set; } = 200;

    /// <summary>Gets or sets the cap of the first pause before a reconnection, 10 ms to 1 h. Default: 5 s. Also <c>RECONNECT_DELAY_S</c>.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the largest cap of such a pause, at least <see cref="ReconnectDelay"/>, at most 1 h. Default: 60 s. Also <c>MAX_RECONNECT_DELAY_S</c>.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the shortest silence of a whole connection that looks stale, 10 ms to 10 min. Default: 15 s.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the longest silence allowed to a connection of quiet symbols, at least <see cref="IdleTimeout"/>, at most 1 h. Default: 2 min.</summary>
    public TimeSpan MaxIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets after how long a connection is replaced, 1 s to 23 h 55 min: the exchange closes it at 24 h. Default: 23 h.</summary>
    public TimeSpan RotateAfter { get; set; } = TimeSpan.FromHours(23);

    /// <summary>Gets or sets how often LIST_SUBSCRIPTIONS is compared with the plan, 100 ms to 1 d. Default: 10 min.</summary>
    public TimeSpan AuditInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how long a connection may take to open, 10 ms to 5 min. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long an answer to SUBSCRIBE may take, 10 ms to 5 min. Default: 10 s.</summary>
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many prints of one symbol are handed on at once, 1 to 4,096. Default: 256.</summary>
    public int BatchSize { get; set; } = 256;

    /// <summary>Gets or sets how long prints may wait for more of the same burst, 0 to 1 s. Default: 2 ms.</summary>
    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets or sets the largest frame accepted, 1 KiB to 16 MiB. Default: 1 MiB.</summary>
    public int MaxFrameBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how long a REST request may take, 10 ms to 5 min. Default: 10 s.</summary>
    public TimeSpan RestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the request weight per minute assumed until the exchange tells its own, 100 to 1,000,000. Default: 6,000.</summary>
    public int WeightPerMinute { get; set; } = 6_000;
}
