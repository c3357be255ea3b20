namespace OrleansMarket.Grains.Symbols;

/// <summary>A symbol that nobody follows, or not yet: a silo with the ingress role tells which are.</summary>
/// <param name="message">What was expected and what was found.</param>
[GenerateSerializer]
[Alias("market.not-followed.v1")]
public sealed class NotFollowedException(string message) : Exception(message);
