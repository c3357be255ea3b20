using OrleansMarket.Domain;

namespace OrleansMarket.Feeds.Sources;

/// <summary>The product cannot start; the message says what to do, in one line.</summary>
public sealed class MarketStartException(string message) : CorrectableException(message);
