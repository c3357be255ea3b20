using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OrleansMarket.Web.Metrics;

namespace OrleansMarket.Web.Tests.Metrics;

public sealed class PrometheusWriterTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusWriterTests() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name)
        .AddView("test.lag", new ExplicitBucketHistogramConfiguration { Boundaries = [0.01, 0.1, 1] })
        .AddReader(new BaseExportingMetricReader(_exporter))
        .Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("market.trades", "{trade}", "counter", "market_trades_total")]
    [InlineData("market.trades.total", null, "counter", "market_trades_total")]
    [InlineData("market.feed.lag", "s", "histogram", "market_feed_lag_seconds")]
    [InlineData("market.feed.lag.seconds", "s", "gauge", "market_feed_lag_seconds")]
    [InlineData("process.memory", "By", "gauge", "process_memory_bytes")]
    [InlineData("process.read", "By", "counter", "process_read_bytes_total")]
    [InlineData("market.buy.share", "1", "gauge", "market_buy_share_ratio")]
    [InlineData("market.rate", "{trade}/s", "gauge", "market_rate_per_second")]
    [InlineData("market.change", "%", "gauge", "market_change_percent")]
    [InlineData("orleans-app-requests", null, "gauge", "orleans_app_requests")]
    [InlineData("orleans-storage-write-latency", "ms", "histogram", "orleans_storage_write_latency_seconds")]
    [InlineData("orleans-runtime-available-memory", "MB", "gauge", "orleans_runtime_available_memory_bytes")]
    [InlineData("dotnet.process.cpu.count", "{cpu}", "gauge", "dotnet_process_cpus")]
    [InlineData("dotnet.assembly.count", "{assembly}", "gauge", "dotnet_assemblies")]
    [InlineData("24h.volume", null, "gauge", "_24h_volume")]
    public void NameOf_FollowsTheConventions(string instrument, string? unit, string type, string name) =>
        Assert.Equal(name, PrometheusWriter.NameOf(instrument, unit, type));

    [Fact]
    public void Histogram_IsCumulativeAndEndsWithAll()
    {
        var lag = _meter.CreateHistogram<double>("test.lag", "s", "Lag.");
        foreach (var value in new[] { 0.005, 0.01, 0.05, 0.5, 7 })
        {
            lag.Record(value, new KeyValuePair<string, object?>("venue", "binance"));
        }

        var text = Scrape();
        Assert.Equal("histogram", text.Types["test_lag_seconds"]);
        Assert.Equal([2, 3, 4, 5], new[] { "0.01", "0.1", "1", "+Inf" }.Select(edge => text.Value("test_lag_seconds_bucket", ("le", edge), ("venue", "binance"))));
        Assert.Equal(5, text.Value("test_lag_seconds_count"));
        Assert.Equal(7.565, text.Value("test_lag_seconds_sum"), 9);
    }

    [Fact]
    public void OtherUnits_AreToldInTheBaseUnit()
    {
        _meter.CreateHistogram<double>("test.lag", "ms").Record(500, new KeyValuePair<string, object?>("QueueId", "a"));
        _meter.CreateObservableGauge("test.memory", () => 3L, "MB");
        var text = Scrape();
        Assert.Equal(0.5, text.Value("test_lag_seconds_sum", ("queue_id", "a")));
        Assert.Equal(1, text.Value("test_lag_seconds_bucket", ("le", "+Inf"), ("queue_id", "a")));
        Assert.Equal(0, text.Value("test_lag_seconds_bucket", ("le", "0.001"), ("queue_id", "a")));
        Assert.Equal(3 * 1_048_576, text.Value("test_memory_bytes"));
    }

    [Fact]
    public void LabelsAndHelp_AreEscaped()
    {
        const string Nasty = "a \"quote\", a \\ and a\nline";
        _meter.CreateCounter<long>("test.nasty", null, "Help with \\ and\na line.").Add(3, new KeyValuePair<string, object?>("what.is", Nasty));
        var text = Scrape();
        Assert.Equal(3, text.Value("test_nasty_total", ("what_is", Nasty)));
        Assert.Equal("Help with \\\\ and\\na line.", text.Help["test_nasty_total"]);
    }

    [Fact]
    public void CountersAndGauges_KeepTheirValuesExactly()
    {
        _meter.CreateCounter<long>("test.count").Add(9_007_199_254_740_993);
        _meter.CreateObservableGauge("test.gauge", () => 0.1);
        _meter.CreateUpDownCounter<long>("test.updown").Add(-4);
        _meter.CreateObservableGauge("test.infinite", () => double.PositiveInfinity);
        var raw = _exporter.Scrape();
        Assert.Contains("test_count_total 9007199254740993\n", raw, StringComparison.Ordinal);
        Assert.Contains("test_gauge 0.1\n", raw, StringComparison.Ordinal);
        Assert.Contains("# TYPE test_updown gauge\ntest_updown -4\n", raw, StringComparison.Ordinal);
        Assert.Contains("test_infinite +Inf\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public void NameTakenByAnotherType_IsLeftOut()
    {
        _meter.CreateObservableGauge("test.twice.total", () => 1);
        _meter.CreateCounter<long>("test.twice").Add(2);
        Assert.Single(Scrape().Types, pair => pair.Key == "test_twice_total");
    }

    private Exposition Scrape() => Exposition.Parse(_exporter.Scrape());
}
