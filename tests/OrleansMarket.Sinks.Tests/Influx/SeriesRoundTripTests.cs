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
    private const long TenNanos = SeriesSamples.Ten * 1_000;

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
        await CheckAsync(server, "candle", new()
        {
            ["time"] = TenNanos,
            ["symbol"] = "BTCUSDT",
            ["interval"] = "1m",
            ["exchange"] = "binance",
            ["feed"] = "live",
            ["open"] = 61_000.1,
            ["high"] = 61_234.56,
            ["low"] = 60_999.99,
            ["close"] = 61_111.11,
            ["volume"] = 12.34567,
            ["quote_volume"] = 754_455.6677889,
            ["taker_buy_volume"] = 6.00001,
            ["taker_buy_quote_volume"] = 366_677.7888999,
            ["trades"] = 321,
            ["first_id"] = 4_000_000_001,
            ["last_id"] = 4_000_000_321,
            ["missing_ids"] = 2,
            ["revision"] = 3,
            ["status"] = "verified",
            ["repaired"] = true,
            ["partial"] = false,
            ["quote_approximate"] = false,
            ["carried"] = false,
            ["from_exchange"] = false,
            ["mismatched"] = true,
        });
        await CheckAsync(server, "whale", new()
        {
            ["time"] = TenNanos + 1_234_567_123,
            ["symbol"] = "BTCUSDT",
            ["taker"] = "sell",
            ["exchange"] = "binance",
            ["feed"] = "live",
            ["quantity"] = 10.0,
            ["quote_amount"] = 610_000.0,
            ["notional_usd"] = 610_000.5,
            ["average_price"] = 61_000.0,
            ["first_price"] = 61_001.0,
            ["last_price"] = 60_999.0,
            ["impact_percent"] = ((6_099_900d / 6_100_000) - 1) * 100,
            ["threshold"] = 100_000.0,
            ["levels"] = 4,
            ["trades"] = 8,
            ["first_id"] = 4_000_000_123,
            ["last_id"] = 4_000_000_130,
            ["revised"] = true,
            ["title"] = "Sold BTCUSDT",
            ["text"] = "$610,001 in 8 trades over 4 levels (estimate)",
        });
        await CheckAsync(server, "alert", new()
        {
            ["time"] = (ulong)TenNanos + 5_000_000_000 + AlertNanos,
            ["symbol"] = "BTCUSDT",
            ["rule"] = "volume-spike",
            ["severity"] = "warning",
            ["state"] = "firing",
            ["kind"] = "market",
            ["exchange"] = "binance",
            ["feed"] = "live",
            ["value"] = 7.25,
            ["threshold"] = 6.0,
            ["price"] = 61_111.11,
            ["completeness"] = 0.75,
            ["late"] = true,
            ["withdrawn"] = false,
            ["rule_version"] = 2,
            ["key"] = "volume-spike@2/BTCUSDT/1795255200000000",
            ["suppressed_because"] = "flapping",
            ["note"] = "two lines",
            ["title"] = "FIRING: Volume \"spike\", \\ large = unusual · BTCUSDT",
            ["text"] = "BTCUSDT firing 7.25 (threshold 6) at 2026-11-21 10:00:05 UTC, price 61,111.11, 75 % of the trades present, found late after a repair (two lines)",
        });
        await CheckAsync(server, "market", new()
        {
            ["time"] = TenNanos + 10_000_000_000,
            ["symbol"] = "BTCUSDT",
            ["exchange"] = "binance",
            ["feed"] = "live",
            ["last_price"] = 61_111.11,
            ["quote_volume_24h"] = 2_345_678_901.12345,
            ["change_1m_percent"] = 0.1,
            ["change_5m_percent"] = -0.2,
            ["change_1h_percent"] = 0.3,
            ["change_24h_percent"] = -4.5,
            ["volatility_5m"] = 0.51,
            ["volatility_1h"] = 0.52,
            ["volatility_24h"] = 0.53,
            ["volatility_close_1h"] = 0.54,
            ["volatility_close_24h"] = 0.55,
            ["volatility_ewma"] = 0.56,
            ["taker_buy_volume_1m"] = 1.25,
            ["taker_sell_volume_1m"] = 2.5,
            ["buy_share_1m"] = 1 / 3d,
            ["buy_sell_ratio_1m"] = 0.5,
            ["taker_buy_volume_5m"] = 3.0,
            ["taker_sell_volume_5m"] = 1.0,
            ["buy_share_5m"] = 0.75,
            ["buy_sell_ratio_5m"] = 3.0,
            ["taker_buy_volume_1h"] = 10.00001,
            ["taker_sell_volume_1h"] = 5.0,
            ["buy_share_1h"] = 0.66,
            ["buy_sell_ratio_1h"] = 2.000002,
            ["volume_spike"] = 2.5,
            ["minute_quote_volume"] = 123_456.5,
            ["median_quote_volume"] = 100_000.25,
            ["whale_threshold"] = 150_000.0,
            ["quote_usd_rate"] = 1.0,
            ["last_trade_age"] = 1.5,
            ["stale"] = true,
            ["last_trade_id"] = 4_000_000_321,
            ["missing_ids"] = 7,
            ["open_gaps"] = 0,
            ["firing_alerts"] = 2,
            ["trades"] = 1_000_001,
            ["duplicates"] = 12,
            ["late_trades"] = 3,
            ["repaired_ids"] = 50,
        });
        var pipeline = new Dictionary<string, object>
        {
            ["time"] = TenNanos + 20_000_000_000,
            ["feed"] = "live",
            ["status"] = "degraded",
            ["ok"] = false,
            ["reasons"] = "no trades for longer than usual: BTCUSDT; storage: full",
            ["connected"] = true,
            ["connections"] = 2,
            ["reconnects"] = 5,
            ["trades"] = 123_456,
            ["trades_per_second"] = 123.5,
            ["dead_letters"] = 9,
            ["dead_letters_kept"] = 8,
            ["last_trade_age"] = 0.25,
            ["stale_symbols"] = 1,
            ["open_gaps"] = 1,
            ["missing_ids"] = 7,
            ["backlog"] = 11,
            ["backlog_limit"] = 8_192,
            ["clock_offset"] = -0.0015,
        };
        foreach (var (stage, i) in new[] { "exchange", "queue", "total", "engine", "store", "alert" }.Select((stage, i) => (stage, i)))
        {
            pipeline[$"latency_{stage}_p50"] = (i + 1) / 1_000d;
            pipeline[$"latency_{stage}_p95"] = (i + 2.5) / 1_000;
            pipeline[$"latency_{stage}_p99"] = (i + 3) / 1_000d;
            pipeline[$"latency_{stage}_max"] = (i + 40) / 1_000d;
        }

        await CheckAsync(server, "pipeline", pipeline);
        await CheckAsync(server, "price", new()
        {
            ["time"] = TenNanos + 1_000_000_000,
            ["asset"] = "BTC",
            ["source"] = "decided",
            ["feed"] = "live",
            ["price"] = 61_000.25,
            ["age"] = 0.5,
            ["latency"] = 0.125,
            ["deviation_percent"] = 0.03,
            ["counts"] = true,
            ["change_24h_percent"] = -1.25,
            ["volume_24h"] = 1_234_567_890.12,
            ["rule"] = "consensus",
            ["quality"] = "agreed",
            ["sources"] = 2,
        }, "source = 'decided'");
        await CheckAsync(server, "price", new()
        {
            ["time"] = TenNanos,
            ["asset"] = "BTC",
            ["source"] = "coinbase",
            ["feed"] = "live",
            ["price"] = 62_000.0,
            ["age"] = 1.5,
            ["latency"] = 0.08,
            ["deviation_percent"] = 1.6,
            ["counts"] = false,
            ["weight"] = 0.25,
            ["excluded_because"] = "1.6 % from the others",
            ["change_24h_percent"] = -0.5,
        }, "source <> 'decided'");
        await CheckAsync(server, "trade", new()
        {
            ["time"] = TenNanos + 777_999,
            ["symbol"] = "BTCUSDT",
            ["taker"] = "buy",
            ["exchange"] = "binance",
            ["feed"] = "live",
            ["price"] = 61_000.1,
            ["quantity"] = 0.12345,
            ["quote_amount"] = 7_530.462345,
            ["trade_id"] = 4_000_000_999,
            ["trades"] = 1,
            ["latency"] = 0.25,
        });
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

    private static ulong AlertNanos
    {
        get
        {
            // FNV-1a, 64 bits, of the transition's id (http://www.isthe.com/chongo/tech/comp/fnv/).
            var hash = 0xcbf29ce484222325UL;
            foreach (var c in "volume-spike@2/BTCUSDT/1795255200000000/firing-suppressed"u8)
            {
                hash = (hash ^ c) * 0x100000001b3UL;
            }

            return hash % 1_000;
        }
    }

    private static async Task CheckAsync(InfluxServer server, string measurement, Dictionary<string, object> expected, string? where = null)
    {
        var found = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, $"SELECT * FROM \"{measurement}\"{(where is null ? "" : $" WHERE {where}")}"));
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
