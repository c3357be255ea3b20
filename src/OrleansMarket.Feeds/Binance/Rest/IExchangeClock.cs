namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Measures the exchange's clock against ours.</summary>
public interface IExchangeClock
{
    /// <summary>Asks the exchange for its time; answers its clock minus ours, µs, by the middle of the round trip.</summary>
    /// <exception cref="Domain.Pipeline.ExchangeUnavailableException">It cannot be asked now.</exception>
    Task<long> MeasureOffsetAsync(CancellationToken cancellationToken);
}
