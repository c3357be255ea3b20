using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Loops;
using OrleansMarket.Feeds.Tests.Repair;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Feeds.Tests.Loops;

public class UsdRateLoopTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly OneEngine _engine = new();

    [Fact]
    public async Task HandOutAsync_ReplacesTheAssumedRateOfAStablecoinByTheMeasuredOne()
    {
        var prices = new FakePrices(_clock);
        prices.Quote(FakePrices.Kraken, "USDT", PriceQuote.Usd, 0.995m);
        await new UsdRateLoop(_engine, prices, _clock, new JobLog()).HandOutAsync(default);
        var rate = Assert.Single(_engine.Rates);
        Assert.Equal(("USDT", 0.995, "kraken"), (rate.Asset, rate.Rate, rate.Source));
    }

    [Fact]
    public async Task HandOutAsync_LeavesTheAssumedRateWhereNobodyMeasures()
    {
        await new UsdRateLoop(_engine, null, _clock, new JobLog()).HandOutAsync(default);
        Assert.Empty(_engine.Rates);
    }
}
