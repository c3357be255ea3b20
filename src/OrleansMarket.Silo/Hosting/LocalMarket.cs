using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Silo.Hosting;

/// <summary>What a silo with the ingress role follows; told once, before the silo starts. Nothing on the others.</summary>
internal sealed class LocalMarket
{
    /// <summary>Gets what is followed, or <see langword="null"/> on a silo without the ingress role.</summary>
    public FollowedMarket? Followed { get; private set; }

    /// <summary>Gets the symbols in the order of the configuration.</summary>
    public IReadOnlyList<SymbolSpec> Symbols => Followed?.Symbols ?? [];

    /// <summary>Tells it.</summary>
    public void Follow(FeedSource source, IReadOnlyList<SymbolSpec> symbols) => Followed = new FollowedMarket(source, [.. symbols]);
}
