using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>Keeps one snapshot per engine, written together with what the engine concluded.</summary>
public interface IEngineStateStore
{
    /// <summary>Stores commits, each whole or not at all; durable when the task completes. Writing a commit again changes nothing.</summary>
    Task CommitAsync(IReadOnlyList<EngineCommit> commits, CancellationToken cancellationToken);

    /// <summary>The last snapshot of a symbol, or <see langword="null"/> when there is none.</summary>
    Task<ReadOnlyMemory<byte>?> LoadAsync(Symbol symbol, CancellationToken cancellationToken);

    /// <summary>Forgets the snapshot of a symbol: its next start is a cold one. Answers whether there was one.</summary>
    Task<bool> RemoveAsync(Symbol symbol, CancellationToken cancellationToken);
}
