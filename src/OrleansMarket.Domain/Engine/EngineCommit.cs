using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>
/// What one engine concluded since its previous commit, and its state after that. Everything becomes durable at once or not at all, so that
/// a restart from <see cref="State"/> never meets conclusions it has not drawn and never lacks one it has.
/// </summary>
public sealed record EngineCommit
{
    /// <summary>Gets the symbol and the scale of every number below.</summary>
    public required SymbolSpec Spec { get; init; }

    /// <summary>Gets the base that the state refers to, to be written before it; <see langword="null"/> when that is stored already.</summary>
    public EngineBase? Base { get; init; }

    /// <summary>Gets the engine's hot state; <see langword="null"/> leaves the stored one as it is.</summary>
    public ReadOnlyMemory<byte>? State { get; init; }

    /// <summary>Gets candles that closed, were revised or rose in status.</summary>
    public IReadOnlyList<Candle> Candles { get; init; } = [];

    /// <summary>Gets whale sweeps reported or revised. One that shares ids with stored ones replaces them.</summary>
    public IReadOnlyList<Sweep> Whales { get; init; } = [];

    /// <summary>Gets alert transitions, in order. They enter the alert log as new; one that the log knows already is left as it stands there.</summary>
    public IReadOnlyList<AlertTransition> Alerts { get; init; } = [];

    /// <summary>Gets every gap that is open now (or given up); <see langword="null"/> leaves the stored ones as they are.</summary>
    public IReadOnlyList<GapView>? OpenGaps { get; init; }

    /// <summary>Gets gaps that were repaired or expired since the previous commit.</summary>
    public IReadOnlyList<GapView> ClosedGaps { get; init; } = [];
}
