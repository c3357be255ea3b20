using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Silo.Redis;

/// <summary>Named values on the shared server.</summary>
public sealed class RedisSettingsStore(RedisStore store) : ISettingsStore
{
    /// <inheritdoc/>
    public async Task<string?> GetAsync(string name, CancellationToken cancellationToken) =>
        await store.Database.HashGetAsync(store.Key("settings"), name).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task SetAsync(string name, string? value, CancellationToken cancellationToken) => value is null
        ? store.Database.HashDeleteAsync(store.Key("settings"), name).WaitAsync(cancellationToken)
        : store.Database.HashSetAsync(store.Key("settings"), name, value).WaitAsync(cancellationToken);
}
