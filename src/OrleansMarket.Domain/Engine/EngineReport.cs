using OrleansMarket.Domain.Market;

namespace OrleansMarket.Domain.Engine;

/// <summary>What one engine says of itself.</summary>
/// <param name="Overview">The symbol's line.</param>
/// <param name="OpenGaps">The gaps that can still be filled, newest first.</param>
/// <param name="Failure">What the engine failed with, or <see langword="null"/>: a failed engine takes no more trades and is not stored.</param>
public sealed record EngineReport(SymbolOverview Overview, IReadOnlyList<GapView> OpenGaps, string? Failure);
