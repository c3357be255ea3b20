namespace OrleansMarket.Contracts;

/// <summary>Names of the stream provider and of its namespaces. A changed shape is a new version of the name, not an edit.</summary>
public static class StreamNames
{
    /// <summary>The stream provider, whatever carries it.</summary>
    public const string Provider = "market";

    /// <summary>Trades, one stream per symbol, as micro-batches.</summary>
    public const string Trades = "market.trades.v1";

    /// <summary>Messages that were refused, one stream.</summary>
    public const string DeadLetters = "market.dead-letters.v1";
}
