using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Binance;

/// <summary>The live feed at work against the fake exchange, with pauses short enough for a test.</summary>
internal sealed class RunningFeed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly BinanceRestTransport _transport;

    private RunningFeed(FakeBinance exchange, BinanceFeedOptions options, HttpMessageInvoker? transport, IReadOnlyList<SymbolSpec> specs)
    {
        Exchange = exchange;
        var clock = TimeProvider.System;
        var metrics = StubExchange.Metrics();
        var memory = new AccessMemory(null, clock, NullLogger<AccessMemory>.Instance);
        _transport = new BinanceRestTransport(
            new HttpClient(), options, new ExchangeBudget(clock, options.WeightPerMinute), memory, clock, metrics, NullLogger<BinanceRestTransport>.Instance);
        Client = new BinanceRestClient(_transport);
        Feed = new BinanceFeed(specs, Client, Client, memory, options, clock, metrics, NullLogger<BinanceFeed>.Instance) { Transport = transport };
        Running = Feed.RunAsync(Receiver, _stop.Token);
    }

    public FakeBinance Exchange { get; }

    public BinanceRestClient Client { get; }

    public BinanceFeed Feed { get; }

    public CollectingReceiver Receiver { get; } = new();

    public Task Running { get; }

    public static BinanceFeedOptions OptionsFor(FakeBinance exchange) => new()
    {
        Symbols = ["BTCUSDT"],
        StreamEndpoints = [exchange.StreamUri, exchange.MarketDataStreamUri],
        RestEndpoint = exchange.RestUri,
        MarketDataRestEndpoint = exchange.MarketDataRestUri,
        ReconnectDelay = TimeSpan.FromMilliseconds(10),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
    };

    public static Task<RunningFeed> StartAsync(FakeBinance exchange, BinanceFeedOptions options, params IReadOnlyList<SymbolSpec> specs) => StartAsync(exchange, options, null, specs);

    public static async Task<RunningFeed> StartAsync(FakeBinance exchange, BinanceFeedOptions options, HttpMessageInvoker? transport, params IReadOnlyList<SymbolSpec> specs)
    {
        var feed = new RunningFeed(exchange, options, transport, specs);
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
}
