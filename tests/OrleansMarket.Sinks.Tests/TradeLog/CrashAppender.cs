using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

/// <summary>Appends trades until it is killed, and tells how many after each flush. Run in a process of its own.</summary>
internal static class CrashAppender
{
    public const string Name = "crash-appender";

    public static async Task RunAsync(string directory)
    {
        await using var log = TestTradeLog.Open(directory, new TradeLogOptions { BlockPrints = 256, JournalBytes = 65_536 });
        for (var count = 0; ; count += 100)
        {
            await log.AppendAsync(TestTradeLog.Btc, TestTradeLog.Trades(count, 100, TestTradeLog.Hour + (count * 1_000L)), default);
            await log.FlushAsync(default);
            Console.WriteLine(count + 100);
        }
    }
}
