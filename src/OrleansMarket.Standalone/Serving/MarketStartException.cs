namespace OrleansMarket.Standalone.Serving;

/// <summary>The product cannot start; the message says what to do, in one line.</summary>
internal sealed class MarketStartException(string message) : Exception(message);
