namespace OrleansMarket.Domain.Pipeline;

/// <summary>Keeps dead letters, bounded by number and age; the oldest are dropped first and counted.</summary>
public interface IDeadLetterStore
{
    /// <summary>Stores letters; durable when the task completes.</summary>
    Task AppendAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken);

    /// <summary>Reads letters with an id below <paramref name="beforeId"/> (or the newest when <see langword="null"/>), newest first.</summary>
    Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>Reads one letter, or <see langword="null"/>.</summary>
    Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken);

    /// <summary>Counts one more attempt at a letter that was refused again.</summary>
    Task MarkAttemptAsync(long id, string error, CancellationToken cancellationToken);

    /// <summary>Removes letters by id; answers how many there were.</summary>
    Task<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Removes everything, or everything with one reason; answers how many there were.</summary>
    Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken);

    /// <summary>How many letters are kept, by reason.</summary>
    Task<IReadOnlyDictionary<DeadLetterReason, long>> CountAsync(CancellationToken cancellationToken);
}
