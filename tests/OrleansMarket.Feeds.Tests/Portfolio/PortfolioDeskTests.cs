using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Feeds.Tests.Portfolio;

public sealed class PortfolioDeskTests : IDisposable
{
    private static readonly Holding Btc = new() { Asset = "BTC", Quantity = 0.5m, CostBasis = 20_000 };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));
    private readonly CacheCounters _counters = new();
    private readonly FakeDailyHistory _history;
    private readonly CountingPrices _prices;

    public PortfolioDeskTests() => (_prices, _history) = (new CountingPrices(new FakePrices(_clock)), new FakeDailyHistory(_clock));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task View_HasValueAndRisk_WithPriceSources()
    {
        var desk = NewDesk();
        await desk.PutAsync("main", [Btc, new Holding { Asset = "usd", Quantity = 1_000 }, new Holding { Asset = "NOPE", Quantity = 1 }], default);
        var view = await desk.GetAsync("main", default);
        Assert.Equal(["BTC", "USD", "NOPE"], view!.Worth.Holdings.Select(line => line.Asset));
        Assert.Equal(1_000 + (view.Worth.Holdings[0].Price * 0.5m), view.Worth.Value.Usd);
        Assert.Equal("no price: NOPE", view.Worth.Value.Reason);
        Assert.Contains("no source knows a price of NOPE", view.Worth.Holdings[2].Problem, StringComparison.Ordinal);
        Assert.NotNull(view.Risk.ValueAtRisk99.Usd);
        Assert.Contains("closes of BTC", view.Risk.ValueAtRisk99.Sources);
    }

    [Fact]
    public async Task Value_IsKept30Seconds_AndRisk300_WhileAgesGoOn()
    {
        var desk = NewDesk();
        await desk.PutAsync("main", [Btc], default);
        var first = await desk.GetAsync("main", default);
        _clock.Advance(TimeSpan.FromSeconds(29));
        var second = await desk.GetAsync("main", default);
        Assert.Equal((1, 1), (_prices.Calls, _history.Calls));
        Assert.Equal(first!.Worth.Value.AgeMs + 29_000, second!.Worth.Value.AgeMs);
        Assert.Equal(first.Worth.Holdings[0].PriceAgeMs + 29_000, second.Worth.Holdings[0].PriceAgeMs);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await desk.GetAsync("main", default);
        Assert.Equal((2, 1), (_prices.Calls, _history.Calls));
        _clock.Advance(TimeSpan.FromSeconds(270));
        await desk.GetAsync("main", default);
        Assert.Equal((3, 2), (_prices.Calls, _history.Calls));
        Assert.Equal(
            [new CacheCount(PortfolioDesk.ValueCache, 1, 3), new CacheCount(PortfolioDesk.RiskCache, 2, 2)],
            _counters.Describe());
    }

    [Fact]
    public async Task Risk_MeasuredWithoutAPrice_IsMeasuredAnewWithIt()
    {
        var prices = new FakePrices(_clock);
        var desk = NewDesk(prices: prices);
        await desk.PutAsync("main", [Btc with { Asset = "LATE" }], default);
        Assert.Null((await desk.GetAsync("main", default))!.Risk.ValueAtRisk99.Usd);

        prices.Quote(FakePrices.Binance, "LATE", "USD", 100);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull((await desk.GetAsync("main", default))!.Risk.ValueAtRisk99.Usd);
        Assert.Equal(2, _history.Calls);
    }

    [Fact]
    public async Task ManyCallersAtOnce_CauseOneComputation()
    {
        var desk = NewDesk();
        await desk.PutAsync("main", [Btc], default);
        var release = new TaskCompletionSource();
        _prices.Hold = release.Task;
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() => desk.GetAsync("main", default))).ToArray();
        await Eventually.BecomesTrueAsync(() => _prices.Calls == 1, "the first caller asks for prices");
        release.SetResult();
        await Task.WhenAll(callers);
        Assert.Equal((1, 1), (_prices.Calls, _history.Calls));
    }

    [Fact]
    public async Task Change_IsSeenAtOnce()
    {
        var desk = NewDesk();
        Assert.True((await desk.PutAsync("main", [Btc], default)).IsNew);
        var before = await desk.GetAsync("main", default);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await desk.PutAsync("main", [Btc with { Quantity = 1 }], default)).IsNew);
        var after = await desk.GetAsync("main", default);
        Assert.Equal(2 * before!.Worth.Value.Usd, after!.Worth.Value.Usd);
        Assert.Equal(PortfolioRemoval.Removed, await desk.RemoveAsync("main", default));
        Assert.Equal(PortfolioRemoval.Unknown, await desk.RemoveAsync("main", default));
        Assert.Null(await desk.GetAsync("main", default));
    }

    [Fact]
    public async Task FailedPrices_AreNotKept()
    {
        var desk = NewDesk();
        await desk.PutAsync("main", [Btc], default);
        _prices.Hold = Task.FromException(new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => desk.GetAsync("main", default));
        _prices.Hold = Task.CompletedTask;
        Assert.NotNull((await desk.GetAsync("main", default))!.Worth.Value.Usd);
    }

    [Fact]
    public async Task FilePortfolio_IsListedBesideStoredOnes_AndOnlyTheFileChangesIt()
    {
        await File.WriteAllTextAsync(_folder.File("p.json"), """{ "portfolios": { "main": { "holdings": [{ "asset": "BTC", "quantity": 2 }] } } }""");
        var desk = NewDesk(_folder.File("p.json"));
        await desk.PutAsync("alpha", [Btc], default);
        Assert.Equal([("alpha", PortfolioOrigin.Api), ("main", PortfolioOrigin.File)], (await desk.ListAsync(default)).Select(portfolio => (portfolio.Name, portfolio.Origin)));
        Assert.Contains("found 'main' in the file", (await desk.PutAsync("main", [Btc], default)).Conflict, StringComparison.Ordinal);
        Assert.Equal(PortfolioRemoval.FromFile, await desk.RemoveAsync("main", default));
        Assert.Equal(PortfolioOrigin.File, (await desk.GetAsync("main", default))!.Origin);
    }

    [Fact]
    public async Task PortfoliosAndHoldings_AreLimited()
    {
        var desk = NewDesk();
        for (var i = 0; i < PortfolioValidator.MaxPortfolios; i++)
        {
            Assert.Null((await desk.PutAsync($"p{i}", [Btc], default)).Conflict);
        }

        Assert.Equal("expected at most 100 portfolios, found as many already", (await desk.PutAsync("one-more", [Btc], default)).Conflict);
        Assert.NotNull((await desk.PutAsync("p7", [Btc], default)).Stored);
        Assert.Contains("holdings", (await desk.PutAsync("p7", [], default)).Problems.Keys);
    }

    private PortfolioDesk NewDesk(string? file = null, IPrices? prices = null) =>
        new(new MemoryPortfolios(), prices ?? _prices, _history, _counters, Options.Create(new PortfolioOptions { File = file }), _clock);

    private sealed class CountingPrices(IPrices inner) : IPrices
    {
        public int Calls;

        public Task Hold { get; set; } = Task.CompletedTask;

        public IReadOnlyList<string> Assets => inner.Assets;

        public async ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Calls);
            await Hold;
            return await inner.GetAsync(assets, cancellationToken);
        }

        public ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);
    }
}
