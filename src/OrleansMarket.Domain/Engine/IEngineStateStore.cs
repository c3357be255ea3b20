using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>Keeps one state per engine, written together with what the engine concluded.</summary>
public interface IEngineStateStore
{
    /// <summary>Stores commits, each whole or not at all; durable when the task completes. Writing a commit again changes nothing.</summary>
    Task CommitAsync(IReadOnlyList<EngineCommit> commits, CancellationToken cancellationToken);

    /// <summary>The last state of a symbol, or <see langword="null"/> when there is none.</summary>
    Task<EngineState?> LoadAsync(Symbol symbol, CancellationToken cancellationToken);

    /// <summary>Forgets the state of a symbol: its next start is a cold one. Answers whether there was one.</summary>
    Task<bool> RemoveAsync(Symbol symbol, CancellationToken cancellationToken);
}
