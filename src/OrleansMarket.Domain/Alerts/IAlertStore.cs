namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Keeps the alert log, the outbox, silences and rules. One writer at a time calls <see cref="CommitAsync"/> for the log and one per channel for
/// the outbox; an implementation must bear these running side by side.
/// </summary>
public interface IAlertStore
{
    /// <summary>
    /// Begins the term of whoever tells alerts from now on. Two may believe that they do (one of them was frozen, and the others took it for dead): then
    /// only the later one writes. A store that only one process can open needs no terms.
    /// </summary>
    /// <returns>The store to use: its <see cref="CommitAsync"/> throws <see cref="AlertTermEndedException"/>, and writes nothing, once a later term has begun.</returns>
    Task<IAlertStore> BeginTermAsync(CancellationToken cancellationToken) => Task.FromResult(this);

    /// <summary>
    /// Takes transitions into the log as <see cref="AlertDelivery.New"/>, in order; one whose id is known is left as it is. Durable when the task
    /// completes. A store that keeps engine state does the same with <see cref="Engine.EngineCommit.Alerts"/>, in that transaction.
    /// </summary>
    Task AppendAsync(IReadOnlyList<AlertTransition> transitions, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The oldest records that are <see cref="AlertDelivery.New"/>, in the order in which they were written.</summary>
    Task<IReadOnlyList<AlertRecord>> ReadNewAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Writes records and outbox entries in one transaction; durable when the task completes. A record replaces the one with the same id, an
    /// entry the one with the same message and channel. New ones keep the order of the lists.
    /// </summary>
    Task CommitAsync(AlertCommit commit, CancellationToken cancellationToken);

    /// <summary>All records of one alert, in the order in which they were first written; empty when it is not known.</summary>
    Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(AlertKey key, CancellationToken cancellationToken);

    /// <summary>Records by id, in any order; ids that are not known are left out.</summary>
    Task<IReadOnlyList<AlertRecord>> FindRecordsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Records that wait for the dispatcher (<see cref="AlertRecord.IsWaiting"/>: grouping, digesting, silenced), in the order first written.</summary>
    Task<IReadOnlyList<AlertRecord>> ReadWaitingAsync(CancellationToken cancellationToken);

    /// <summary>Alerts, newest start first, one view per key made by <see cref="AlertViews.From"/>; the cursor continues after the last one.</summary>
    Task<AlertPage> ReadAlertsAsync(AlertQuery query, CancellationToken cancellationToken);

    /// <summary>Messages put together at or after an instant, each once however many channels it has, in order.</summary>
    Task<IReadOnlyList<OutboxMessage>> ReadMessagesAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The oldest entry of a channel that has not ended, or <see langword="null"/>.</summary>
    Task<OutboxEntry?> ReadNextAsync(string channel, CancellationToken cancellationToken);

    /// <summary>The entries of one message, one per channel; empty when it is not known.</summary>
    Task<IReadOnlyList<OutboxEntry>> ReadEntriesAsync(string messageId, CancellationToken cancellationToken);

    /// <summary>How many entries of a channel have not ended.</summary>
    Task<int> CountQueuedAsync(string channel, CancellationToken cancellationToken);

    /// <summary>Removes alerts and messages that have ended; what is on its way stays.</summary>
    /// <param name="olderThan">Those whose last change is older go.</param>
    /// <param name="keep">Those that are not among so many newest alerts (by start), or messages, go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task TrimAsync(DateTimeOffset olderThan, int keep, CancellationToken cancellationToken);

    /// <summary>All silences, in the order in which they were added.</summary>
    Task<IReadOnlyList<AlertSilence>> ReadSilencesAsync(CancellationToken cancellationToken);

    /// <summary>Stores a silence; one with the same id is replaced.</summary>
    Task PutSilenceAsync(AlertSilence silence, CancellationToken cancellationToken);

    /// <summary>Removes a silence; answers whether it existed.</summary>
    Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>All rules by id, ordinal order; <see langword="null"/> when rules were never stored, so that the shipped ones apply.</summary>
    Task<IReadOnlyList<AlertRule>?> ReadRulesAsync(CancellationToken cancellationToken);

    /// <summary>Stores rules; one with the same id is replaced. An empty list means "rules were stored": the shipped ones no longer apply.</summary>
    Task PutRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken);

    /// <summary>Removes a rule; answers its last version, or <see langword="null"/> when it did not exist.</summary>
    Task<int?> RemoveRuleAsync(string id, CancellationToken cancellationToken);

    /// <summary>The last version a rule ever had, removed ones included; 0 when it never existed. A rule that returns goes on from there.</summary>
    Task<int> ReadLastVersionAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What is written at once.</summary>
/// <param name="Records">Transitions and what became of them.</param>
/// <param name="Entries">Messages on their way.</param>
public sealed record AlertCommit(IReadOnlyList<AlertRecord> Records, IReadOnlyList<OutboxEntry> Entries)
{
    /// <summary>Gets whether there is nothing to write.</summary>
    public bool IsEmpty => Records.Count == 0 && Entries.Count == 0;
}
