using Microsoft.Extensions.Logging;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <content>Log messages.</content>
public sealed partial class AccessMemory
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "No requests to Binance until {Until:O}: {Reason}")]
    private static partial void LogBlocked(ILogger logger, DateTimeOffset until, string reason);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "{Host} refuses this location; it is left alone until {Until:O}")]
    private static partial void LogRestricted(ILogger logger, string host, DateTimeOffset until);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "{Name} could not be stored: a restart would forget it")]
    private static partial void LogNotKept(ILogger logger, Exception exception, string name);
}
