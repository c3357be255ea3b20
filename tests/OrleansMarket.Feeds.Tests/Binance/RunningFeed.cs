using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Binance;

/// <summary>
/// The live feed at work against the fake exchange, with pauses short enough for a test. Nothing else happens by time, unless a test sets it and gives a clock of its own.
/// </summary>
internal sealed class RunningFeed : IAsyncDisposable
{
    /// <summary>What a test sets whose time is to come.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly BinanceRestTransport _transport;

    private RunningFeed(FakeBinance exchange, BinanceFeedOptions options, Parts parts, IReadOnlyList<SymbolSpec> specs)
    {
        Exchange = exchange;
        var clock = parts.Clock ?? TimeProvider.System;
        var metrics = StubExchange.Metrics();
        var memory = new AccessMemory(null, clock, NullLogger<AccessMemory>.Instance);
        _transport = new BinanceRestTransport(
            new HttpClient(), options, new ExchangeBudget(clock, options.WeightPerMinute), memory, clock, metrics, NullLogger<BinanceRestTransport>.Instance);
        Client = new BinanceRestClient(_transport);
        Feed = new BinanceFeed(specs, Client, parts.ExchangeClock ?? Client, memory, options, clock, metrics, NullLogger<BinanceFeed>.Instance, parts.Clock is null ? null : () => 0)
        {
            Transport = parts.Transport,
        };
        Receiver = parts.Receiver ?? new CollectingReceiver();
        Running = Feed.RunAsync(Receiver, _stop.Token);
    }

    public FakeBinance Exchange { get; }

    public BinanceRestClient Client { get; }

    public BinanceFeed Feed { get; }

    public CollectingReceiver Receiver { get; }

    public Task Running { get; }

    public static BinanceFeedOptions OptionsFor(FakeBinance exchange) => new()
    {
        Symbols = ["BTCUSDT"],
        StreamEndpoints = [exchange.StreamUri, exchange.MarketDataStreamUri],
        RestEndpoint = exchange.RestUri,
        MarketDataRestEndpoint = exchange.MarketDataRestUri,
        ReconnectDelay = TimeSpan.FromMilliseconds(10),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        IdleTimeout = Never,
        MaxIdleTimeout = Never,
        RotateAfter = Never,
        AuditInterval = Never,
        ConnectTimeout = Never,
        AcknowledgeTimeout = Never,
        RestTimeout = Never,
    };

    /// <summary>Begins, and waits for nothing.</summary>
    public static RunningFeed Begin(FakeBinance exchange, BinanceFeedOptions options, Parts parts, params IReadOnlyList<SymbolSpec> specs) => new(exchange, options, parts, specs);

    public static Task<RunningFeed> StartAsync(FakeBinance exchange, BinanceFeedOptions options, params IReadOnlyList<SymbolSpec> specs) => StartAsync(exchange, options, default(Parts), specs);

    /// <summary>Begins, and waits until it is connected and its receiver has been told.</summary>
    public static async Task<RunningFeed> StartAsync(FakeBinance exchange, BinanceFeedOptions options, Parts parts, params IReadOnlyList<SymbolSpec> specs)
    {
        var feed = Begin(exchange, options, parts, specs);
        await Eventually.BecomesTrueAsync(() => feed.Feed.Status.Connected, "the feed is connected");
        return feed;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _transport.Dispose();
        _stop.Dispose();
    }

    /// <summary>What a test has of its own. With a clock there are no pauses before reconnections.</summary>
    internal readonly record struct Parts(ManualTimeProvider? Clock = null, HttpMessageInvoker? Transport = null, IExchangeClock? ExchangeClock = null, CollectingReceiver? Receiver = null);
}
