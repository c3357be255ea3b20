using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>One symbol's way through the process: its session, and the partition that alone may touch it.</summary>
internal sealed class Lane(SymbolSession session, Partition partition)
{
    private volatile string? _failure;
    private volatile bool _full;

    public SymbolSpec Spec => Session.Spec;

    /// <summary>Gets the session. Only for use inside <see cref="AskAsync{T}"/> or before the partition runs.</summary>
    public SymbolSession Session { get; } = session;

    public Partition Partition { get; } = partition;

    /// <summary>Gets or sets what becomes of a print that the engine does not take.</summary>
    public Action<ReceivedPrint, ApplyResult>? Refuse { get; set; }

    /// <summary>
    /// Gets or sets what the engine failed with, or <see langword="null"/>. A failed engine takes no more trades and is not stored: the next
    /// start goes on from its last good state and the raw log.
    /// </summary>
    public string? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>
    /// Gets or sets whether so much waits for a store that fails that the engine concludes nothing more: it takes neither trades nor ticks. What waits is
    /// kept and tried again; what comes meanwhile is missing afterwards, and is repaired by id.
    /// </summary>
    public bool IsFull
    {
        get => _full;
        set => _full = value;
    }

    /// <summary>Runs a question on the partition, in turn with the trades.</summary>
    public Task<T> AskAsync<T>(Func<SymbolSession, T> question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Partition.PostAsync(() =>
        {
            try
            {
                answer.TrySetResult(question(Session));
            }
            catch (Exception exception)
            {
                answer.TrySetException(exception);
            }
        }, answer.Task, cancellationToken);
    }

    /// <summary>Runs an order on the partition, in turn with the trades.</summary>
    public Task TellAsync(Action<SymbolSession> order, CancellationToken cancellationToken) =>
        AskAsync(
            session =>
            {
                order(session);
                return true;
            },
            cancellationToken);

    /// <summary>As <see cref="TellAsync"/>, of an order that lets the engine conclude: a full one does not follow it.</summary>
    public Task TellUnlessFullAsync(Action<SymbolSession> order, CancellationToken cancellationToken) => TellAsync(
        session =>
        {
            if (!IsFull)
            {
                order(session);
            }
        },
        cancellationToken);
}
