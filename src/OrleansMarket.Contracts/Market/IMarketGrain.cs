using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Market;

/// <summary>
/// What the silos know of each other and of the market as a whole: the followed symbols, the state of the pipeline, and who runs what runs once.
/// Everything in it is told anew every second, so it is kept nowhere.
/// </summary>
[Alias("market.market")]
public interface IMarketGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "all";

    /// <summary>Tells how a silo does, and hears how the whole does.</summary>
    [Alias("pulse")]
    Task<MarketPulse> PulseAsync(SiloReport report, CancellationToken cancellationToken);

    /// <summary>A followed symbol, or <see langword="null"/> when no silo with the ingress role has told of it yet.</summary>
    [Alias("find")]
    Task<SymbolSpec?> FindAsync(Symbol symbol, CancellationToken cancellationToken);
}
