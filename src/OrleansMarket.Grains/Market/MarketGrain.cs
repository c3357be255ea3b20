using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Placement;

namespace OrleansMarket.Grains.Market;

/// <summary>Puts together what the silos tell.</summary>
[GrainType("market.market")]
[KeepAlive]
[OnRole(SiloRoles.Market)]
public sealed class MarketGrain(TimeProvider clock) : Grain, IMarketGrain
{
    private readonly SiloReports _reports = new(clock);

    /// <inheritdoc/>
    public Task<MarketPulse> PulseAsync(SiloReport report, CancellationToken cancellationToken) => Task.FromResult(_reports.Take(report));

    /// <inheritdoc/>
    public Task<SymbolSpec?> FindAsync(Symbol symbol, CancellationToken cancellationToken) =>
        Task.FromResult(_reports.Followed?.Symbols.FirstOrDefault(spec => spec.Symbol == symbol));
}
