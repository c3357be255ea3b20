using System.Text;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class SeriesSamplerTests
{
    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(TaskCanceledException))] // what a lost connection calls it
    public async Task Sampler_WritesEverySymbolPipelineAndPrice_OncePerPeriod_AndSurvivesAFailure(Type failure)
    {
        var clock = new ManualTimeProvider(FakeMarket.Noon.AddSeconds(3));
        var market = new FakeMarket(clock);
        await using var bench = new SeriesBench(clock);
        using var sampler = new SeriesSampler(market, bench.Sink, Options.Create(bench.Options), clock, bench.Log.For<SeriesSampler>(), new OnePrice());
        await sampler.StartAsync(default);
        await Eventually.BecomesTrueAsync(() => clock.WaitingTimers > 0, "a sampler that waits");

        market.Failure = (Exception)Activator.CreateInstance(failure)!;
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.BecomesTrueAsync(() => bench.Log.ToString().Contains("could not be sampled", StringComparison.Ordinal), "a failure that is logged");
        market.Failure = null;
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.BecomesTrueAsync(() => bench.Spool.Describe().Points >= 5 + 1 + (2 * 2), "two samples of the price and one of all else");
        await sampler.StopAsync(default);

        var lines = Encoding.UTF8.GetString(bench.Spool.Peek(1_000, 1 << 20)!.Value.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Count(line => line.StartsWith("market,", StringComparison.Ordinal)));
        // 12:00:23, cut to the period.
        Assert.EndsWith(" 1768478420000000000", Assert.Single(lines, line => line.StartsWith("pipeline,", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(2, lines.Count(line => line.StartsWith("price,asset=BTC,source=decided,", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.StartsWith("price,asset=BTC,source=coinbase,", StringComparison.Ordinal)));
    }

    private sealed class OnePrice : IPrices
    {
        public IReadOnlyList<string> Assets => ["BTC"];

        public ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<AssetPrice>>([SeriesSamples.Price]);

        public ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
