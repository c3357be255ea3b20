using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>A whole simulated market in a real InfluxDB.</summary>
public sealed class InfluxMarketTests
{
    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Fill_LeavesNoColumnWithoutAValue()
    {
        var from = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        await InfluxMarket.FillAsync(facade, from, TimeSpan.FromMinutes(15), "BTCUSDT", "ETHUSDT");

        foreach (var measurement in SeriesSchema.Measurements)
        {
            var fields = (await server.QueryAsync(InfluxFacade.Bucket, $"SHOW FIELD KEYS FROM \"{measurement.Name}\"")).Select(row => row["fieldKey"].GetString());
            var tags = (await server.QueryAsync(InfluxFacade.Bucket, $"SHOW TAG KEYS FROM \"{measurement.Name}\"")).Select(row => row["tagKey"].GetString());
            Assert.Equal(measurement.Columns.Select(column => column.Name).Order(StringComparer.Ordinal), fields.Concat(tags).Order(StringComparer.Ordinal));
        }

        // The candles of a minute add up to those of five, and so do the trades.
        var minutes = await SumAsync("SELECT sum(trades), sum(volume) FROM candle WHERE symbol = 'BTCUSDT' AND interval = '1m' AND time >= '2026-11-21T10:05:00Z' AND time < '2026-11-21T10:10:00Z'");
        Assert.Equal(await SumAsync("SELECT sum(trades), sum(volume) FROM candle WHERE symbol = 'BTCUSDT' AND interval = '5m' AND time = '2026-11-21T10:05:00Z'"), minutes);
        Assert.Equal(
            minutes.Trades,
            (await server.QueryAsync(InfluxFacade.Bucket, "SELECT count(price) FROM trade WHERE symbol = 'BTCUSDT' AND time >= '2026-11-21T10:05:00Z' AND time < '2026-11-21T10:10:00Z'")).Single()["count"].GetDouble());

        foreach (var question in (string[])
            [
                "SELECT close FROM candle WHERE repaired = true", "SELECT close FROM candle WHERE mismatched = true", "SELECT reasons FROM pipeline WHERE ok = false",
                "SELECT title FROM alert WHERE kind = 'market' AND state = 'firing'", "SELECT title FROM alert WHERE kind = 'data-quality' AND state = 'firing'",
                "SELECT notional_usd FROM whale WHERE taker = 'buy'", "SELECT notional_usd FROM whale WHERE taker = 'sell'",
            ])
        {
            Assert.True((await server.QueryAsync(InfluxFacade.Bucket, question)).Count > 0, question);
        }

        async Task<(double Trades, double Volume)> SumAsync(string question)
        {
            var row = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, question));
            return (row["sum"].GetDouble(), Math.Round(row["sum_1"].GetDouble(), 8));
        }
    }
}
