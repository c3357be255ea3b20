namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>An answer does not have the documented shape; says what was expected and what was found.</summary>
internal sealed class AnswerFormatException(string message) : Exception(message);
