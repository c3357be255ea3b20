using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Symbols;

/// <summary>Every followed symbol at a glance.</summary>
public sealed record SymbolsResponse
{
    /// <summary>Gets what the prices come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the symbols in the order of the configuration.</summary>
    public required IReadOnlyList<SymbolOverview> Symbols { get; init; }
}

/// <summary>Everything known of one symbol.</summary>
public sealed record MarketResponse
{
    /// <summary>Gets what the prices come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the symbol's state.</summary>
    public required MarketState Market { get; init; }
}
