using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Prices;
using Shouldly;
using static OrleansMarket.Domain.Tests.Prices.PriceTable;

namespace OrleansMarket.Domain.Tests.Prices;

public class PriceBookTests
{
    private readonly PriceBook _book = new([OwnTrades, Binance, Coingecko, Coinbase, Kraken, Okx], Threshold);

    [Fact]
    public void UsdtRate_IsMeasured_ThenAssumedAgainWhenTheMeasureIsOld()
    {
        Take(Binance, "BTC", "USDT", 100, Now);
        _book.Decide("BTC", Now).UsdtRate.Source.ShouldBe(UsdRate.Assumed);

        Take(Kraken, "USDT", "USD", 0.99, Now);
        Take(Coinbase, "USDT", "USD", 0.991, Now);
        var decided = _book.Decide("BTC", Now);
        decided.UsdtRate.Rate.ShouldBe(0.9905, 0.0005);
        decided.UsdtRate.Source.ShouldBe("coinbase+kraken");
        decided.Price!.Value.ShouldBe(99.05m, 0.05m);

        Take(Binance, "BTC", "USDT", 100, Now.AddMinutes(16));
        _book.Decide("BTC", Now.AddMinutes(16)).UsdtRate.Source.ShouldBe(UsdRate.Assumed);
    }

    [Fact]
    public void ToRate_IsMeasuredOnly()
    {
        Take(Binance, "BTC", "USDT", 100, Now);
        _book.Decide("BTC", Now).ToRate().ShouldBeNull("by way of an assumed rate");
        Take(Kraken, "USDT", "USD", 0.99, Now);
        _book.Decide("BTC", Now).ToRate().ShouldBe(new UsdRate("BTC", 99, Domain.Trades.Micros.From(Now), "binance"));
        Take(Kraken, "BTC", "USD", 120, Now);
        _book.Decide("BTC", Now).ToRate().ShouldBeNull("disputed");
    }

    /// <summary>One source that calls a stablecoin far from a dollar would take every price in it along; two that say so are believed.</summary>
    [Fact]
    public void UsdtRate_FarFromADollar_IsNotBelievedFromOneSource()
    {
        Take(Kraken, "USDT", "USD", 0.001, Now);
        _book.Decide("BTC", Now).UsdtRate.Source.ShouldBe(UsdRate.Assumed);
        Take(Coinbase, "USDT", "USD", 0.001, Now);
        _book.Decide("BTC", Now).UsdtRate.Rate.ShouldBe(0.001);
    }

    [Fact]
    public void LastKnown_IsNeverOfTheFuture_SoThatLaterPricesReplaceIt()
    {
        var ahead = new PriceQuote { Asset = "BTC", Source = Kraken.Name, Currency = "USD", Price = 100, Time = Now.AddYears(10), Received = Now };
        _book.Take(Kraken, new PriceAnswer([ahead], new Dictionary<string, string>()), Now);
        _book.Decide("BTC", Now).Time.ShouldBe(Now);
        Take(Coinbase, "BTC", "USD", 90, Now.AddHours(1));
        _book.Decide("BTC", Now.AddHours(1)).Price.ShouldBe(90m);
        var later = _book.Decide("BTC", Now.AddHours(2));
        (later.Price, later.AgeMs).ShouldBe((90m, 3_600_000L));
    }

    [Fact]
    public void LastKnown_IsTheLastFreshPrice_AndAnOlderOneNeverReplacesIt()
    {
        Take(Kraken, "BTC", "USD", 100, Now);
        _book.Decide("BTC", Now);
        _book.Restore([new LastKnownPrice("BTC", 50, Now.AddDays(-1), "okx"), new LastKnownPrice("ETH", 3, Now.AddDays(-1), "okx")]);
        var later = _book.Decide("BTC", Now.AddHours(1));
        (later.Rule, later.Price, later.Source).ShouldBe((PriceRule.LastKnown, 100m, "kraken"));
        _book.Decide("ETH", Now).Price.ShouldBe(3m);
    }

    [Fact]
    public void AnEcho_IsNotTaken()
    {
        Take(Kraken, "BTC", "USD", 100, Now);
        Take(Kraken, "BTC", "USD", 90, Now, age: 30);
        _book.Decide("BTC", Now).Price.ShouldBe(100m);
    }

    [Fact]
    public void APartialAnswer_IsNoSuccessForTheMissing_WhileOldQuotesAgeOn()
    {
        Take(Kraken, "BTC", "USD", 100, Now);
        _book.Take(Kraken, new PriceAnswer([], new Dictionary<string, string> { ["BTC"] = "kraken: no answer within 3 s", ["ETH"] = "does not list ETH" }), Now.AddSeconds(50));
        _book.Decide("BTC", Now.AddSeconds(50)).Price.ShouldBe(100m);
        var row = _book.Decide("BTC", Now.AddSeconds(61)).Quotes.Single(quote => quote.Source == "kraken");
        (row.Excluded, row.Reason).ShouldBe((PriceExclusion.TooOld, "61 s old, bound 60 s: kraken: no answer within 3 s"));
        _book.Decide("ETH", Now).Quotes.Single(quote => quote.Source == "kraken").Reason.ShouldBe("does not list ETH");
    }

    private void Take(PriceSourceProfile source, string asset, string currency, double price, DateTimeOffset now, double age = 0) => _book.Take(
        source,
        new PriceAnswer(
            [new PriceQuote { Asset = asset, Source = source.Name, Currency = currency, Price = (decimal)price, Time = now.AddSeconds(-age), Received = now }],
            new Dictionary<string, string>()),
        now);
}
