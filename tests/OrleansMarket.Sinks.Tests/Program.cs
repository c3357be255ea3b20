using OrleansMarket.Sinks.Tests.Influx;
using OrleansMarket.Sinks.Tests.Sqlite;
using OrleansMarket.Sinks.Tests.TradeLog;

// The test runner loads this assembly as a library; tests that need a process to kill start it as a program.
await (args switch
{
    [CrashWriter.Name, var directory] => CrashWriter.RunAsync(directory),
    [CrashAppender.Name, var directory] => CrashAppender.RunAsync(directory),
    [CrashSpooler.Name, var directory] => CrashSpooler.RunAsync(directory),
    _ => Task.CompletedTask,
});
