using Microsoft.Extensions.Logging;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <content>Log messages.</content>
internal sealed partial class StreamConnection
{
    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "{Host} refused to subscribe {Stream}: {Error}")]
    private static partial void LogSubscriptionRefused(ILogger logger, string host, string stream, string error);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning, Message = "{Host} had dropped {Count} subscriptions; they are subscribed again")]
    private static partial void LogSubscriptionsLost(ILogger logger, string host, int count);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Information, Message = "{Host} is shutting down; a new connection replaces this one first")]
    private static partial void LogShutdown(ILogger logger, string host);
}
