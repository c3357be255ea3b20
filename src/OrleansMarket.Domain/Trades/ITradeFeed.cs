namespace OrleansMarket.Domain.Trades;

/// <summary>A source of trades: the exchange's stream, a recording or the simulator.</summary>
public interface ITradeFeed
{
    /// <summary>Gets what the source is, for page, API and log.</summary>
    FeedSource Source { get; }

    /// <summary>Gets the state of the connections, readable at any time from any thread.</summary>
    FeedStatus Status { get; }

    /// <summary>Runs until cancelled or, for a recording, until its end. Reconnects by itself.</summary>
    /// <param name="receiver">Who takes trades and dead letters; awaiting it is the back-pressure.</param>
    /// <param name="cancellationToken">Stops the feed.</param>
    Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken);
}
