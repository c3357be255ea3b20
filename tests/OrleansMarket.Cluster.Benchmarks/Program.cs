using OrleansMarket.Benchmarks.Ratios;
using OrleansMarket.Cluster.Benchmarks;

// Measures one silo with everything on, each way of carrying trades after the other in one run. Arguments: seconds for each; "redis" HOST:PORT for Redis
// streams too; "batches" for nothing but batches through memory streams.
var seconds = args.Length > 0 && int.TryParse(args[0], out var given) ? given : 10;
var redis = Array.IndexOf(args, "redis") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

var lines = await SiloReport.MeasureAsync(TimeSpan.FromSeconds(seconds), redis, args.Contains("batches"));
var table = new RatioTable($"one silo, engines with all analytics and the shipped rules, SQLite (Redis with Redis streams), raw log; the generator shares the cores; {seconds} s each", lines);
Console.Write(table.ToString());
if (!args.Contains("batches"))
{
    table.Keep("silo.md");
}

return table.IsMet ? 0 : 1;
