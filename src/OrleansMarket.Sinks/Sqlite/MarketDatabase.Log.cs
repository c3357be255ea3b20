using Microsoft.Extensions.Logging;

namespace OrleansMarket.Sinks.Sqlite;

public sealed partial class MarketDatabase
{
    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "Opened {Path}; a finished write survives {Durability}")]
    private static partial void LogOpened(ILogger logger, string path, StorageDurability durability);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Information, Message = "Brought the schema of {Path} from {Found} to {Now}")]
    private static partial void LogMigrated(ILogger logger, string path, int found, int now);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Error, Message = "Writing {Path} failed: {Reason}")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception, string path, string reason);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Information, Message = "Writing {Path} works again")]
    private static partial void LogWriteRecovered(ILogger logger, string path);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Warning, Message = "The write-ahead log of {Path} could not be merged at the end; it is read at the next start")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception exception, string path);
}
