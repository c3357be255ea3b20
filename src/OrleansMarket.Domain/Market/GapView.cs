using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>A gap as the outside sees it.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="FirstId">First missing id.</param>
/// <param name="LastId">Last missing id.</param>
/// <param name="Missing">How many ids.</param>
/// <param name="After">Trade time of the print before the hole.</param>
/// <param name="Before">Trade time of the print after the hole.</param>
/// <param name="State">What became of it.</param>
/// <param name="Opened">When we noticed, our clock.</param>
/// <param name="Closed">When it was closed, our clock.</param>
/// <param name="Attempts">Repairs tried.</param>
/// <param name="Note">Why it is still open, for people.</param>
public sealed record GapView(
    Symbol Symbol, long FirstId, long LastId, long Missing, DateTimeOffset After, DateTimeOffset Before, GapState State,
    DateTimeOffset Opened, DateTimeOffset? Closed, int Attempts, string? Note);
