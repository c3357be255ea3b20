using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;

namespace OrleansMarket.Standalone.Serving.Sources;

/// <summary>The exchange's live stream and REST API as a source.</summary>
internal sealed class LiveSource : IDisposable
{
    private readonly BinanceFeedOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly FeedInstruments _metrics;
    private readonly HttpClient _http;
    private readonly AccessMemory _memory;
    private readonly BinanceRestTransport _transport;
    private readonly BinanceRestClient _client;

    public LiveSource(BinanceFeedOptions options, string accessPath, FeedInstruments metrics, TimeProvider clock, ILoggerFactory loggers)
    {
        (_options, _clock, _loggers, _metrics) = (options, clock, loggers, metrics);
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("OrleansMarket/1.0");
        _memory = new AccessMemory(new AccessFile(accessPath), clock, loggers.CreateLogger<AccessMemory>());
        _transport = new BinanceRestTransport(_http, options, new RequestBudget(clock, options.WeightPerMinute), _memory, clock, metrics, loggers.CreateLogger<BinanceRestTransport>());
        _client = new BinanceRestClient(_transport);
    }

    /// <summary>What the exchange says of the symbols.</summary>
    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) =>
        _client.GetSpecsAsync(symbols, cancellationToken);

    public MarketParts ToParts(IReadOnlyList<Symbol> symbols, IReadOnlyDictionary<Symbol, SymbolSpec> specs) => new(
        followed => new BinanceFeed(followed, _client, _client, _memory, _options, _clock, _metrics, _loggers.CreateLogger<BinanceFeed>()),
        symbols, _client, log => new GapRepairPlanner(_client.For(RequestPriority.Repair), log), specs, new FeedSource(FeedKind.Live, _options.RestEndpoint.Host));

    public void Dispose()
    {
        _transport.Dispose();
        _memory.Dispose();
        _http.Dispose();
    }
}
