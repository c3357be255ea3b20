using Microsoft.Extensions.Logging;

namespace OrleansMarket.Sinks.Alerts;

public sealed partial class AlertDeliveryService
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Alerts go to {Channels}")]
    private static partial void LogStarted(ILogger logger, string channels);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "Alerts wait: {Channel} did not take a message ({Problem}); it is tried again")]
    private static partial void LogTrouble(ILogger logger, string channel, string problem);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Information, Message = "Alerts flow again through {Channel}")]
    private static partial void LogRecovered(ILogger logger, string channel);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "An alert message was given up by {Channel}: {Problem}; its alerts are recorded as failed unless another output took it")]
    private static partial void LogGaveUp(ILogger logger, string channel, string problem);

    [LoggerMessage(EventId = 2106, Level = LogLevel.Warning, Message = "Alerts are told by another silo by now; this one lets go")]
    private static partial void LogTermEnded(ILogger logger);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Error, Message = "The alert store failed ({Failure}) in {Part}; it is tried again")]
    private static partial void LogStoreFailed(ILogger logger, string part, string failure);
}
