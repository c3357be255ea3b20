using System.Globalization;
using System.Text;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>Appends candles to a spool until it is killed, and tells how many after each acknowledgement. Run in a process of its own.</summary>
internal static class CrashSpooler
{
    public const string Name = "crash-spooler";

    public static async Task RunAsync(string directory)
    {
        await using var bench = new SeriesBench();
        bench.Options.SpoolDirectory = directory;
        for (var count = 0; ; count += 10)
        {
            var lines = string.Concat(Enumerable.Range(count, 10).Select(number => string.Create(
                CultureInfo.InvariantCulture, $"candle,symbol=BTCUSDT close={number} {(SeriesSamples.Ten + number) * 1_000}\n")));
            await bench.Spool.AppendAsync(Encoding.ASCII.GetBytes(lines), default);
            Console.WriteLine(count + 10);
        }
    }

    /// <summary>The number of a line.</summary>
    public static long NumberOf(string line) => (long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture) / 1_000) - SeriesSamples.Ten;

    /// <summary>Runs it in a process of its own until it has told of so many, and kills it in the middle of its work.</summary>
    /// <returns>How many were acknowledged.</returns>
    public static async Task<int> RunAndKillAsync(string directory, int least)
    {
        using var spooler = await DoomedProcess.StartAsync(Name, directory, least);
        return await spooler.KillAsync();
    }
}
