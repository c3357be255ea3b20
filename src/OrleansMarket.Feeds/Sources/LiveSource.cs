using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;

namespace OrleansMarket.Feeds.Sources;

/// <summary>The exchange's live stream and REST API as a source. It lives before the product does: the exchange decides which source is chosen.</summary>
internal sealed class LiveSource : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IExchange _exchange;
    private readonly TimeProvider _clock;

    public LiveSource(IConfiguration configuration, string accessPath, TimeProvider clock, ILoggerFactory loggers, Action<IServiceCollection>? replace = null)
    {
        _clock = clock;
        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddSingleton(clock).AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>)).AddMetrics();
        services.AddSingleton<ISettingsStore>(new AccessFile(accessPath));
        replace?.Invoke(services);
        services.AddBinance();
        _services = services.BuildServiceProvider();
        _exchange = _services.GetRequiredService<IExchange>();
    }

    /// <summary>What the exchange says of the symbols.</summary>
    /// <exception cref="ExchangeUnavailableException">It cannot be asked.</exception>
    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) =>
        _exchange.GetSpecsAsync(symbols, cancellationToken);

    public MarketParts ToParts(IReadOnlyList<Symbol> symbols, IReadOnlyDictionary<Symbol, SymbolSpec> specs, Uri restEndpoint) => new(
        _services.GetRequiredService<BinanceFeedFactory>().Create, symbols, _exchange,
        _services.GetRequiredService<BinanceRestClient>().For(RequestPriority.Audit),
        log => new GapRepairPlanner(_services.GetRequiredService<ITradeHistory>(), log, _clock, _services.GetRequiredService<FeedInstruments>()), specs, new FeedSource(FeedKind.Live, restEndpoint.Host),
        _services.GetRequiredService<BinanceRestClient>());

    public void Dispose() => _services.Dispose();
}
