namespace OrleansMarket.Domain.Prices;

/// <summary>The last price that was fresh once, kept without expiry.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="Price">The price of one unit, USD, above 0.</param>
/// <param name="Time">When it held, the source's clock.</param>
/// <param name="Source">The source.</param>
public sealed record LastKnownPrice(string Asset, decimal Price, DateTimeOffset Time, string Source);

/// <summary>Keeps the last known prices over restarts.</summary>
public interface IPriceStore
{
    /// <summary>Reads all of them.</summary>
    Task<IReadOnlyList<LastKnownPrice>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Stores some of them; an older one never replaces a newer one. Durable when the task completes.</summary>
    Task SaveAsync(IReadOnlyCollection<LastKnownPrice> prices, CancellationToken cancellationToken);
}
