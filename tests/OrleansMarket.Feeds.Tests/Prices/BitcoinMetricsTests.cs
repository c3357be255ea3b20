using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Prices;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>The metrics of bitcoin's price under the names and labels that its dashboards ask for.</summary>
public sealed class BitcoinMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, string? Unit, double Value, string Labels)> _seen = [];
    private readonly PriceInstruments _instruments;

    public BitcoinMetricsTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("btc_", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
        _instruments = new PriceInstruments(factory);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Calls_AreCountedByStatusAndSource_WithTheirLatency()
    {
        _instruments.OnCall("binance", "ok", TimeSpan.FromMilliseconds(250), forBitcoin: true);
        _instruments.OnCall("coingecko", "failed", TimeSpan.FromSeconds(3), forBitcoin: false);
        _instruments.OnCall("kraken", "ok", TimeSpan.FromSeconds(1), forBitcoin: null);
        Assert.Equal([("btc_api_calls", null, 1, "source=binance,status=success"), ("btc_api_calls", null, 1, "source=coingecko,status=error")], _seen.Where(seen => seen.Name == "btc_api_calls"));
        Assert.Contains(("btc_api_latency", "s", 0.25, "source=binance"), _seen);
        Assert.DoesNotContain(_seen, seen => seen.Labels.Contains("kraken", StringComparison.Ordinal));
    }

    [Fact]
    public void CacheReads_AreHitsAndMissesByCache()
    {
        _instruments.OnCacheRead("BTC", hit: true);
        _instruments.OnCacheRead("BTC", hit: false);
        _instruments.OnCacheRead("ETH", hit: true);
        Assert.Equal([("btc_api_cache_hits", null, 1, "cache_type=prices"), ("btc_api_cache_misses", null, 1, "cache_type=prices")], _seen);
    }

    [Fact]
    public async Task PriceAndChange_AreShownBySource()
    {
        var prices = new FakePrices(new ManualTimeProvider());
        _instruments.Show(await prices.GetAsync(["BTC", "ETH"], default), await prices.DescribeAsync(default));
        _listener.RecordObservableInstruments();
        Assert.Contains(("btc_price_current_usd", null, 61_824.70, "source=kraken"), _seen);
        Assert.Contains(("btc_price_change_24h_percent", null, 1.25, "source=binance"), _seen);
        Assert.All(_seen.Where(seen => seen.Name == "btc_price_current_usd"), seen => Assert.InRange(seen.Value, 60_000, 63_000));
    }

    [Fact]
    public async Task PriceAndChange_LeaveOutWhatDoesNotCount_ButNotTheSecondVoiceOfAVenue()
    {
        await using var bench = await PriceBench.StartAsync(("Prices:Assets:0", "BTC"));
        bench.Sources.Set("kraken", "BTC", 66_000);
        bench.Sources.Break("okx", PriceFault.Stale);
        bench.Sources.Break("bybit", PriceFault.Zero);
        var prices = await bench.Prices.GetAsync(["BTC"], default);
        _instruments.Show(prices, await bench.Prices.DescribeAsync(default));
        _listener.RecordObservableInstruments();
        Assert.Equal(PriceExclusion.Outlier, prices[0].Quotes.Single(quote => quote.Source == "kraken").Excluded);
        Assert.Equal(["source=binance", "source=coinbase", "source=coingecko"], _seen.Where(seen => seen.Name == "btc_price_current_usd").Select(seen => seen.Labels).Order());
        Assert.Equal(["source=binance", "source=coinbase", "source=coingecko"], _seen.Where(seen => seen.Name == "btc_price_change_24h_percent").Select(seen => seen.Labels).Order());

        _seen.Clear();
        var fresher = prices[0].Quotes.Select(quote => quote.Source == "binance" ? quote with { Excluded = PriceExclusion.SameVenue } : quote);
        _instruments.Show([prices[0] with { Quotes = [.. fresher] }], await bench.Prices.DescribeAsync(default));
        _listener.RecordObservableInstruments();
        Assert.Contains(_seen, seen => seen is { Name: "btc_price_current_usd", Labels: "source=binance" });
    }

    private void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Add((instrument.Name, instrument.Unit, value, string.Join(',', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))));
}
