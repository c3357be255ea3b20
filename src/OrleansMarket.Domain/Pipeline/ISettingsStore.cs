namespace OrleansMarket.Domain.Pipeline;

/// <summary>Keeps a few named values over restarts (until when the exchange has banned us, for one). Never for secrets.</summary>
public interface ISettingsStore
{
    /// <summary>Reads a value, or <see langword="null"/>.</summary>
    Task<string?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stores a value, or removes it when <see langword="null"/>; durable when the task completes.</summary>
    Task SetAsync(string name, string? value, CancellationToken cancellationToken);
}
