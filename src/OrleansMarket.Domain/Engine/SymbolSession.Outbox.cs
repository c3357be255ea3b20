namespace OrleansMarket.Domain.Engine;

/// <content>
/// The outbox, for hosts whose state and stores do not share a transaction: conclusions stay in the snapshot until whoever takes them has said so.
/// </content>
public sealed partial class SymbolSession
{
    /// <summary>
    /// The state, with everything that waits inside it, and what waits. Write its base first if it has one, then the state, and tell
    /// <see cref="OnStateWritten"/>; then hand the conclusions on, each to whoever keeps it, and <see cref="Acknowledge"/> them. What is not acknowledged is handed on again, also after a restart: takers tell repeats apart.
    /// </summary>
    public EngineCommit TakeSnapshot() => CommitWith(_outputs);

    /// <summary>Gets how many candles wait.</summary>
    public int WaitingCandles => _outputs.Candles.Count;

    /// <summary>Gets how many alerts wait.</summary>
    public int WaitingAlerts => _outputs.Alerts.Count;

    /// <summary>The candles that wait, without a snapshot: they follow from the trades alone, so they may be stored before it.</summary>
    public EngineCommit TakeCandles() => new() { Spec = Spec, Candles = [.. _outputs.Candles.Values] };

    /// <summary>The conclusions of a snapshot are kept elsewhere now; what changed meanwhile still waits.</summary>
    public void Acknowledge(EngineCommit snapshot) => _outputs.Remove(snapshot);

    /// <summary>The snapshot could not be written: it is due again.</summary>
    public void NotWritten() => _changed = true;
}
