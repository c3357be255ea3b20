using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Contracts.DeadLetters;

/// <summary>Refused messages on their stream.</summary>
/// <param name="Letters">The letters.</param>
[GenerateSerializer]
[Immutable]
[Alias("market.dead-letters.v1")]
public sealed record DeadLetterBatch([property: Id(0)] DeadLetter[] Letters);
