namespace OrleansMarket.Domain.Pipeline;

/// <summary>Looks at dead letters and sends them through the pipeline again. Each host implements it.</summary>
public interface IDeadLetterDesk
{
    /// <summary>Letters, newest first.</summary>
    Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>One letter, or <see langword="null"/>.</summary>
    Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken);

    /// <summary>
    /// Sends letters through parser, validation and engine again, at most 1,000 a call. One that is taken (or proves a duplicate) leaves the
    /// store; one refused again stays with one more attempt.
    /// </summary>
    Task<DeadLetterReplay> ReplayAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Removes everything, or everything with one reason; answers how many there were.</summary>
    Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken);
}

/// <summary>What a replay of dead letters did.</summary>
/// <param name="Accepted">Taken by the engine.</param>
/// <param name="Duplicates">Held already.</param>
/// <param name="Refused">Refused again, by id.</param>
public sealed record DeadLetterReplay(int Accepted, int Duplicates, IReadOnlyDictionary<long, string> Refused);
