using Microsoft.Extensions.Logging;

namespace OrleansMarket.Sinks.TradeLog;

public sealed partial class FileTradeLog
{
    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "Raw trades: {Prints} prints of the previous run moved from journal {Number} to the files of their hours")]
    private static partial void LogRecovered(ILogger logger, long prints, long number);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Information, Message = "Raw trades: removed {Files} files ({Bytes} bytes) beyond the bounds on age or size")]
    private static partial void LogDropped(ILogger logger, int files, long bytes);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Error, Message = "Raw trades: writing the files of the hours failed, the journal keeps the trades: {Reason}")]
    private static partial void LogSpillFailed(ILogger logger, Exception exception, string reason);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Error, Message = "Raw trades: the last flush failed: {Reason}")]
    private static partial void LogFlushFailed(ILogger logger, Exception exception, string reason);
}
