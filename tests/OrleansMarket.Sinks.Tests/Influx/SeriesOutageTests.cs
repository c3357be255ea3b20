using System.Globalization;
using System.Text;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>A real InfluxDB that goes away, and processes that are killed.</summary>
public sealed class SeriesOutageTests
{
    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Outage_OfTheServer_LosesNothing()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        await using var bench = new SeriesBench();
        using var transport = bench.To(facade);
        await bench.StartAsync(transport);
        await AppendAsync(bench, 0, 100);
        await bench.DrainedAsync();

        await server.KillAsync();
        for (var i = 100; i < 600; i += 100)
        {
            await AppendAsync(bench, i, 100);
        }

        await Eventually.BecomesTrueAsync(() => bench.Health.Describe() is not null, "trouble");
        Assert.Equal(500, bench.Spool.Describe().Points);
        await server.RestartAsync();
        await bench.DrainedAsync();

        Assert.Equal(600, await server.CountAsync(InfluxFacade.Bucket, "m", "f"));
        Assert.Null(bench.Health.Describe());
        Assert.Equal(0, bench.Count("market.influx.bad_lines"));
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task BadLine_IsSetAside_WithTheServersReason()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        await using var bench = new SeriesBench();
        using var transport = bench.To(facade);
        await bench.StartAsync(transport);

        // What is no line at all, and a line whose field has another type than before.
        await bench.Spool.AppendAsync(Encoding.UTF8.GetBytes("m f=1i 1\nm f=2i 2\nm f=two 3\nm f=4i 4\n"), default);
        await bench.DrainedAsync();
        await bench.Spool.AppendAsync(Encoding.UTF8.GetBytes("m f=5i 5\nm f=6i 6\nm f=\"seven\" 7\nm f=8i 8\nm f=9i 9\n"), default);
        await bench.DrainedAsync();

        Assert.Equal(7, await server.CountAsync(InfluxFacade.Bucket, "m", "f"));
        var aside = await File.ReadAllLinesAsync(bench.BadLinesPath);
        Assert.Equal(2, aside.Length);
        Assert.Contains("\"Reason\":\"invalid boolean\",\"Line\":\"m f=two 3\"", aside[0], StringComparison.Ordinal);
        Assert.Contains("field type conflict", aside[1], StringComparison.Ordinal);
        Assert.Contains("seven", aside[1], StringComparison.Ordinal);
        Assert.Equal(2, bench.Count("market.influx.bad_lines"));
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Kill_InTheMiddleOfWriting_LosesNothingThatWasAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var reported = await CrashSpooler.RunAndKillAsync(folder.Path, 300);
        // As if the power had gone in the middle of the last write.
        await using (var last = new FileStream(Directory.EnumerateFiles(folder.Path, "*.spool").Order(StringComparer.Ordinal).Last(), FileMode.Append))
        {
            await last.WriteAsync("BLK1\0\u0001\0\0torn"u8.ToArray());
        }

        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        await using var bench = new SeriesBench();
        bench.Options.SpoolDirectory = folder.Path;
        using var transport = bench.To(facade);
        await bench.StartAsync(transport);
        await bench.DrainedAsync();

        Assert.InRange(await server.CountAsync(InfluxFacade.Bucket, "candle", "close"), reported, long.MaxValue);
        var newest = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, "SELECT last(close) FROM candle"));
        Assert.Equal(newest["last"].GetInt64() + 1, await server.CountAsync(InfluxFacade.Bucket, "candle", "close"));
    }

    private static Task AppendAsync(SeriesBench bench, int first, int count) => bench.Spool.AppendAsync(
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(first, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"m f={i} {1_795_255_200_000_000_000 + i}\n")))), default);
}
