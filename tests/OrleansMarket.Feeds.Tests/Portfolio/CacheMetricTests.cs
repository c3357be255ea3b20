using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Feeds.Tests.Portfolio;

/// <summary>Prices and portfolios as a host composes them.</summary>
public class CacheMetricTests
{
    [Fact]
    public async Task Portfolios_CountInTheSameMetricAsPrices_AndTheContainerEndsWell()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton<TimeProvider>(new ManualTimeProvider()).AddLogging().AddMetrics()
            .AddSingleton<IPortfolioStore>(MemoryPortfolios.WithMain(DateTimeOffset.UnixEpoch)).AddSingleton<IDailyHistory>(new NoDailyHistory("none here"))
            .AddPrices().AddPortfolios()
            .BuildServiceProvider();
        Assert.Same(services.GetRequiredService<PriceService>(), services.GetRequiredService<IPrices>());
        var portfolios = services.GetRequiredService<IPortfolios>();
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await portfolios.GetAsync("main", default));
        }

        services.GetRequiredService<PriceInstruments>().Show([], await services.GetRequiredService<IPrices>().DescribeAsync(default));
        var counts = Read(services.GetRequiredService<IMeterFactory>());
        Assert.Equal(2, counts["portfolio", "hit"]);
        Assert.Equal(1, counts["portfolio", "miss"]);
        Assert.Equal(2, counts["risk_metrics", "hit"]);
        Assert.Equal(1, counts["risk_metrics", "miss"]);
    }

    private static Counts Read(IMeterFactory factory)
    {
        var counts = new Counts();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "market.price.cache.reads" && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counts.Add(value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return counts;
    }

    private sealed class Counts
    {
        private readonly Dictionary<(string, string), long> _values = [];

        public long this[string cache, string outcome] => _values[(cache, outcome)];

        public void Add(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            _values[(byName["market.cache"], byName["market.outcome"])] = value;
        }
    }
}
