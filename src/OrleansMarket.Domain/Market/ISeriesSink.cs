using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>
/// Keeps what happened as time series for dashboards. Output only: nothing is ever read back from it. Taking the same thing again changes
/// nothing, a newer report of the same thing replaces the older one.
/// </summary>
public interface ISeriesSink
{
    /// <summary>
    /// Takes candles, whales and alert transitions. They are on this machine's disk when the task completes, so that the caller need not keep
    /// them; it says nothing of the server.
    /// </summary>
    /// <exception cref="IOException">They could not be kept: offer them again, or lose them.</exception>
    Task AppendAsync(IReadOnlyList<EngineCommit> conclusions, CancellationToken cancellationToken);

    /// <summary>Takes a sample of symbols and of the pipeline. On the disk when the task completes.</summary>
    /// <param name="states">The symbols; one without a trade is left out.</param>
    /// <param name="pipeline">How the product does as a whole.</param>
    /// <param name="now">Our clock when the pipeline was asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It could not be kept.</exception>
    Task AppendSampleAsync(IReadOnlyList<MarketState> states, PipelineHealth pipeline, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes prices with what every source said. On the disk when the task completes.</summary>
    /// <exception cref="IOException">They could not be kept.</exception>
    Task AppendPricesAsync(IReadOnlyList<AssetPrice> prices, CancellationToken cancellationToken);

    /// <summary>Takes a counted trade, where single trades are wanted. Never waits: what cannot be kept is dropped and counted.</summary>
    void OnTrade(SymbolSpec spec, in ReceivedPrint received);
}
