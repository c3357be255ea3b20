using OrleansMarket.Sinks.Tests.Sqlite;

// The test runner loads this assembly as a library; tests that need a process to kill start it as a program.
if (args is [CrashWriter.Name, var directory])
{
    await CrashWriter.RunAsync(directory);
}
