using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Feeds.Sources;

/// <summary>The built-in simulator as a source: nothing in it is a real price.</summary>
internal static class SimulatorSource
{
    public static async Task<MarketParts> OpenAsync(
        SimulatorOptions options, IReadOnlyList<Symbol> symbols, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var market = new SimulatedMarket(options);
        var exchange = new SimulatedExchange(market, clock);
        return new MarketParts(
            followed => new SimulatorFeed(market, followed.Select(spec => spec.Symbol), clock, loggers.CreateLogger<SimulatorFeed>()),
            symbols, exchange, exchange, _ => exchange, await exchange.GetSpecsAsync(symbols.ToArray(), cancellationToken),
            new FeedSource(FeedKind.Simulated, options.MarketName));
    }
}
