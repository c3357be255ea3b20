using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>Everything is written by the product's own way to a real InfluxDB and read back in InfluxQL.</summary>
public sealed class SeriesRoundTripTests
{
    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task EveryMeasurement_IsReadBackAsWritten()
    {
        await using var way = await Way.StartAsync(trades: true);
        var (server, bench) = (way.Server, way.Bench);
        var sink = bench.Sink;

        await sink.AppendAsync([new() { Spec = SeriesSamples.Btc, Candles = [SeriesSamples.Candle], Whales = [SeriesSamples.Whale], Alerts = [SeriesSamples.Alert] }], default);
        await sink.AppendSampleAsync([SeriesSamples.State], SeriesSamples.Health, Micros.ToInstant(SeriesSamples.Ten + (23 * Micros.PerSecond)), default);
        await sink.AppendPricesAsync([SeriesSamples.Price], default);
        var trade = SeriesSamples.Trade;
        sink.OnTrade(SeriesSamples.Btc, in trade);
        await sink.FlushTradesAsync(default);
        await bench.DrainedAsync();

        Assert.DoesNotContain(bench.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
        foreach (var (measurement, row, where) in SeriesRows.All)
        {
            await CheckAsync(server, measurement, row, where);
        }
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task WritingAgain_ReplacesThePoint()
    {
        await using var way = await Way.StartAsync(trades: false);
        var (server, bench) = (way.Server, way.Bench);

        var revised = SeriesSamples.Candle with { Close = 6_100_000, Revision = 4, Status = CandleStatus.Complete, Flags = CandleFlags.None };
        foreach (var candle in new[] { SeriesSamples.Candle, SeriesSamples.Candle, revised })
        {
            await bench.Sink.AppendAsync([SeriesSamples.Commit(candle)], default);
        }

        await bench.DrainedAsync();
        var row = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, "SELECT * FROM candle"));
        Assert.Equal(61_000, row["close"].GetDouble());
        Assert.Equal(4, row["revision"].GetInt64());
        Assert.Equal("complete", row["status"].GetString());
        Assert.False(row["repaired"].GetBoolean());
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task EqualTimes_AreKeptApartByTheirIds()
    {
        await using var way = await Way.StartAsync(trades: true);
        var (server, bench) = (way.Server, way.Bench);
        var sink = bench.Sink;

        // A thousand trades of one order, all at one microsecond, taken twice.
        for (var round = 0; round < 2; round++)
        {
            for (var id = 5_500L; id < 6_500; id++)
            {
                var received = new ReceivedPrint(Print.Trade(SeriesSamples.Btc, id, SeriesSamples.Ten, 6_100_000, id, TakerSide.Buy), SeriesSamples.Ten, SeriesSamples.Ten);
                sink.OnTrade(SeriesSamples.Btc, in received);
            }

            await sink.FlushTradesAsync(default);
        }

        await bench.DrainedAsync();
        Assert.Equal(1_000, await server.CountAsync(InfluxFacade.Bucket, "trade", "price"));
        var sum = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, "SELECT sum(trade_id) FROM trade"));
        Assert.Equal(Enumerable.Range(5_500, 1_000).Sum(id => (long)id), sum["sum"].GetInt64());
    }

    private static async Task CheckAsync(InfluxServer server, string measurement, IReadOnlyDictionary<string, object> expected, string where)
    {
        var found = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, $"SELECT * FROM \"{measurement}\"{where}"));
        var row = found.Where(column => column.Value.ValueKind != JsonValueKind.Null).ToDictionary();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), row.Keys.Order(StringComparer.Ordinal));
        foreach (var (column, value) in expected)
        {
            Assert.True(IsEqual(value, row[column]), $"{measurement}.{column}: expected {value}, found {row[column]}");
        }

        // What the schema says is what is there, and nothing else.
        var schema = SeriesSchema.Measurements.Single(known => known.Name == measurement);
        Assert.Equal(schema.Columns.Select(column => column.Name).Append("time").Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        var types = (await server.QueryAsync(InfluxFacade.Bucket, $"SHOW FIELD KEYS FROM \"{measurement}\"")).ToDictionary(field => field["fieldKey"].GetString()!, field => field["fieldType"].GetString());
        foreach (var column in schema.Columns)
        {
            Assert.Equal(
                column.Type switch { SeriesColumnType.Tag => null, SeriesColumnType.FloatField => "float", SeriesColumnType.IntegerField => "integer", SeriesColumnType.BooleanField => "boolean", _ => "string" },
                types.GetValueOrDefault(column.Name));
        }
    }

    private static bool IsEqual(object expected, JsonElement found) => expected switch
    {
        string text => found.GetString() == text,
        bool truth => found.ValueKind is JsonValueKind.True or JsonValueKind.False && found.GetBoolean() == truth,
        double number => found.GetDouble() == number,
        _ => found.GetRawText() == Convert.ToString(expected, CultureInfo.InvariantCulture),
    };

    /// <summary>The product's own way to a server that holds nothing yet.</summary>
    private sealed class Way(InfluxServer server, InfluxFacade facade, SeriesBench bench) : IAsyncDisposable
    {
        private readonly HttpSeriesTransport _transport = bench.To(facade);

        public InfluxServer Server { get; } = server;

        public SeriesBench Bench { get; } = bench;

        public static async Task<Way> StartAsync(bool trades)
        {
            var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
            var way = new Way(server, await InfluxFacade.StartAsync(server), new SeriesBench());
            way.Bench.Options.Trades = trades;
            await way.Bench.StartAsync(way._transport);
            return way;
        }

        public async ValueTask DisposeAsync()
        {
            _transport.Dispose();
            await Bench.DisposeAsync();
            await facade.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
