using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Prices;
using Shouldly;
using static OrleansMarket.Domain.Tests.Prices.PriceTable;

namespace OrleansMarket.Domain.Tests.Prices;

public class PriceConsensusTests
{
    /// <summary>Readings, then the price, rule, quality and sources that follow.</summary>
    public static TheoryData<string, PriceReading[], double?, PriceRule, PriceQuality, string> Cases => new()
    {
        { "nobody", [], null, PriceRule.None, PriceQuality.Missing, "" },
        { "all silent", [Binance.Silent("HTTP 451"), Kraken.Silent("timeout")], null, PriceRule.None, PriceQuality.Missing, "" },
        { "two agree", [Binance.Says(100), Kraken.Says(100.2)], 100, PriceRule.Consensus, PriceQuality.Agreed, "binance,kraken" },
        { "equal weights, the mean of the middle", [Coinbase.Says(100), Okx.Says(100.4)], 100.2, PriceRule.Consensus, PriceQuality.Agreed, "coinbase,okx" },
        { "three agree, the median", [Coinbase.Says(100.5), Kraken.Says(100.1), Okx.Says(100.3)], 100.3, PriceRule.Consensus, PriceQuality.Agreed, "coinbase,kraken,okx" },
        { "one fresh: Binance", [Binance.Says(100), Kraken.Says(100, 61)], 100, PriceRule.Binance, PriceQuality.SingleSource, "binance" },
        { "one fresh: CoinGecko", [Binance.Says(100, 31), Coingecko.Says(99)], 99, PriceRule.Coingecko, PriceQuality.SingleSource, "coingecko" },
        { "one fresh: another exchange", [Binance.Silent("x"), Coingecko.Silent("y"), Okx.Says(98)], 98, PriceRule.Exchange, PriceQuality.SingleSource, "okx" },
        { "one venue twice is one voice, the fresher one", [Binance.Says(100, 4), OwnTrades.Says(101, 1)], 101, PriceRule.Binance, PriceQuality.SingleSource, "stream" },
        { "one venue twice and another", [Binance.Says(150, 4), OwnTrades.Says(100, 1), Kraken.Says(100.1)], 100, PriceRule.Consensus, PriceQuality.Agreed, "stream,kraken" },
        { "an outlier against two", [Coinbase.Says(100), Kraken.Says(120), Okx.Says(100.2)], 100.1, PriceRule.Consensus, PriceQuality.Agreed, "coinbase,okx" },
        { "an outlier that weighs more than each of two", [Binance.Says(120), Coinbase.Says(100), Kraken.Says(100.1), Okx.Says(100.2)], 100.1, PriceRule.Consensus, PriceQuality.Agreed, "coinbase,kraken,okx" },
        { "two that differ", [Kraken.Says(100), Binance.Says(102)], 102, PriceRule.Binance, PriceQuality.Disputed, "binance,kraken" },
        { "three that differ", [Coingecko.Says(100), Coinbase.Says(110), Kraken.Says(120)], 100, PriceRule.Coingecko, PriceQuality.Disputed, "coingecko,coinbase,kraken" },
        { "at the threshold is within it", [Coinbase.Says(99), Kraken.Says(100), Okx.Says(101)], 100, PriceRule.Consensus, PriceQuality.Agreed, "coinbase,kraken,okx" },
        { "zero never wins", [Binance.Says(0), Kraken.Says(100)], 100, PriceRule.Exchange, PriceQuality.SingleSource, "kraken" },
        { "a negative price never wins", [Binance.Says(-5), Kraken.Says(100), Okx.Says(100)], 100, PriceRule.Consensus, PriceQuality.Agreed, "kraken,okx" },
        { "an old price never wins", [Binance.Says(100, 31), Kraken.Says(100, 61), Coingecko.Says(100, 241)], null, PriceRule.None, PriceQuality.Missing, "" },
        { "a clock that is ahead gains nothing", [Binance.Says(100, -3_600), Kraken.Says(100.1)], 100, PriceRule.Consensus, PriceQuality.Agreed, "binance,kraken" },
        { "a price that cannot be never wins", [Binance.Says(7.9e28), Kraken.Says(100), Okx.Says(100.2)], 100.1, PriceRule.Consensus, PriceQuality.Agreed, "kraken,okx" },
        { "a currency that nobody can value", [Binance.Says(100, currency: "TRY"), Kraken.Says(100)], 100, PriceRule.Exchange, PriceQuality.SingleSource, "kraken" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_FollowsTheRules(string what, PriceReading[] readings, double? price, PriceRule rule, PriceQuality quality, string sources)
    {
        var decided = Decide(readings);
        (decided.Rule, decided.Quality, string.Join(',', decided.Sources)).ShouldBe((rule, quality, sources), what);
        decided.Price.ShouldBe((decimal?)price, what);
        (decided.RecommendedPrice is not null).ShouldBe(quality == PriceQuality.Agreed, what);
        (decided.Note is null).ShouldBe(quality == PriceQuality.Agreed, what);
        decided.IsValid.ShouldBe(quality switch { PriceQuality.Agreed => true, PriceQuality.Disputed => false, _ => null }, what);
        decided.Quotes.Count.ShouldBe(readings.Length);
        decided.Quotes.ShouldAllBe(quote => (quote.Excluded == null) == (quote.Reason == null) && (quote.Excluded == null || quote.Weight == 0));
        Decide([.. readings.Reverse()]).Price.ShouldBe(decided.Price, $"{what}, whatever the order");
    }

    [Fact]
    public void Decide_SaysWhyEachSourceDoesNotCount()
    {
        var quotes = Decide(
            OwnTrades.Says(100), Binance.Says(100, 3), Coingecko.Says(100, 250), Coinbase.Says(0), Kraken.Silent("HTTP 502"), Okx.Says(130), Bybit.Says(100.1), Extra.Says(100.2))
            .Quotes.ToDictionary(quote => quote.Source);
        quotes["stream"].Excluded.ShouldBeNull();
        quotes["binance"].Reason.ShouldBe("stream is fresher and of the same venue, binance");
        quotes["coingecko"].Reason.ShouldBe("250 s old, bound 240 s");
        quotes["coinbase"].Reason.ShouldBe("expected a price above 0, found 0");
        quotes["kraken"].Reason.ShouldBe("HTTP 502");
        quotes["okx"].Excluded.ShouldBe(PriceExclusion.Outlier);
        quotes["okx"].Reason.ShouldBe("+29.94 % from the median of the others, beyond 1 %");
    }

    [Fact]
    public void Decide_ConvertsUsdtBeforeItCompares()
    {
        // At 0.97 USD per USDT, 100 USDT and 97 USD are the same price; taken as dollars they would be 3 % apart.
        PriceReading[] readings = [Binance.Says(100), Kraken.Says(97)];
        var converted = PriceConsensus.Decide("BTC", readings, Measured(0.97), null, Threshold, Now);
        (converted.Quality, converted.Price, converted.Deviation).ShouldBe((PriceQuality.Agreed, 97m, 0d));
        converted.UsdtRate.Source.ShouldBe("kraken");

        var assumed = PriceConsensus.Decide("BTC", readings, UsdRates.Assumed, null, Threshold, Now);
        assumed.Quality.ShouldBe(PriceQuality.Disputed);
        assumed.UsdtRate.Source.ShouldBe(UsdRate.Assumed);
    }

    /// <summary>Where nobody has measured a stablecoin the price says so, however many sources agree.</summary>
    [Fact]
    public void Decide_SaysWhereDollarsAreAssumed()
    {
        Decide(Binance.Says(100), Okx.Says(100)).Note.ShouldBeNull();
        Assumed(Coinbase.Says(100), Kraken.Says(100)).Note.ShouldBeNull();
        Assumed(Binance.Says(100), Okx.Says(100)).Note.ShouldBe("USDT is taken as 1 USD, no source measures it");
        Assumed(Binance.Says(100)).Note.ShouldBe("single source: only binance has a fresh price, nothing confirms it; USDT is taken as 1 USD, no source measures it");
        Assumed(Binance.Says(130), Coinbase.Says(100), Kraken.Says(100), Coingecko.Says(100)).Note.ShouldBeNull("Binance does not count");

        static AssetPrice Assumed(params PriceReading[] readings) => PriceConsensus.Decide("BTC", readings, UsdRates.Assumed, null, Threshold, Now);
    }

    [Fact]
    public void Time_IsNeverLaterThanTheReceipt()
    {
        var decided = Decide(Binance.Says(100, -3_600));
        (decided.Time, decided.AgeMs).ShouldBe((Now, 0L));
    }

    [Fact]
    public void AbsurdNumbers_AreExcludedOrLeftOut_AndBreakNothing()
    {
        var binance = Binance.Says(100, change: -99.99999999999999, volume: 7.9e28);
        var decided = Decide(binance with { Quote = binance.Quote! with { Change24h = decimal.MinValue, QuoteVolume24h = decimal.MaxValue } }, Kraken.Says(7.9e28), Okx.Says(100, currency: "USDT"));
        (decided.Price, decided.Quality, decided.VolumeUsd24h, decided.Change24h).ShouldBe((100m, PriceQuality.Agreed, null, null));
        var kraken = decided.Quotes.Single(quote => quote.Source == "kraken");
        (kraken.Excluded, kraken.PriceUsd).ShouldBe((PriceExclusion.Implausible, null));
        kraken.Reason.ShouldBe("expected a price of at most 1000000000000, found 79000000000000000000000000000");

        PriceConsensus.Decide("BTC", [Binance.Says(1e12)], Measured(2), null, Threshold, Now).Quotes[0].Excluded.ShouldBe(PriceExclusion.Implausible);
    }

    [Fact]
    public void Decide_GivesDeviationAsTheSourceDocumentDefinesIt()
    {
        // |binance − coingecko| / binance, where Binance carries more weight.
        var decided = Decide(Binance.Says(50_000), Coingecko.Says(50_250));
        decided.Deviation!.Value.ShouldBe(250d / 50_000, 1e-12);
        decided.DeviationPercent!.Value.ShouldBe(0.5, 1e-10);
    }

    [Fact]
    public void Decide_FallsBackToWhatWasLastKnown_WithItsAge()
    {
        var last = new LastKnownPrice("BTC", 95, Now.AddMinutes(-10), "kraken");
        var decided = PriceConsensus.Decide("BTC", [Kraken.Says(99, 61)], Measured(1), last, Threshold, Now);
        (decided.Rule, decided.Quality, decided.Price, decided.AgeMs, decided.Source).ShouldBe((PriceRule.LastKnown, PriceQuality.Stale, 95m, 600_000L, "kraken"));
        decided.IsStale.ShouldBeTrue();
        decided.Note.ShouldBe("stale: no source has a fresh price; this one is 600 s old");
    }

    [Fact]
    public void Weight_FallsWithAge()
    {
        var quotes = Decide(Kraken.Says(100), Okx.Says(100, 45)).Quotes.ToDictionary(quote => quote.Source, quote => quote.Weight);
        quotes["kraken"].ShouldBe(1);
        quotes["okx"].ShouldBe(0.25, 1e-9);
    }

    [Fact]
    public void DayFigures_AreOfTheBestSourceThatGivesAll_AndNeverOfAnOldOne()
    {
        var decided = Decide(OwnTrades.Says(110, change: 10), Binance.Says(110, 2, change: 10, volume: 7), Kraken.Says(110, volume: 9));
        (decided.Source24h, decided.Change24hPercent, decided.Change24h, decided.Volume24h, decided.VolumeUsd24h).ShouldBe(("binance", 10d, 10m, 7m, 770m));

        var old = Decide(Binance.Says(110, 31, change: 10, volume: 7), Kraken.Says(110, volume: 9));
        (old.Source24h, old.Change24hPercent).ShouldBe((null, null));

        // What a source says of the day is no better than its price; nor is what another of its venue says.
        var outlier = Decide(OwnTrades.Says(150, change: 50), Binance.Says(150, 2, change: 50, volume: 7), Kraken.Says(110), Coinbase.Says(110, change: 10, volume: 5), Okx.Says(110));
        (outlier.Source24h, outlier.Change24hPercent, outlier.Volume24h).ShouldBe(("coinbase", 10d, 5m));
    }

    [Fact]
    public void DeviationPercentOf_ComparesWithOtherVenuesOnly()
    {
        var decided = PriceConsensus.Decide("BTC", [OwnTrades.Says(100), Binance.Says(100, 1), Kraken.Says(98), Coinbase.Says(98)], Measured(0.98), null, Threshold, Now);
        decided.DeviationPercentOf(102, PriceQuote.Usdt).ShouldBe(100 * ((102 * 0.98) - 98) / 98, 1e-9);
        Decide(OwnTrades.Says(100), Binance.Says(100, 1)).DeviationPercentOf(100, PriceQuote.Usdt).ShouldBe(double.NaN);
    }

    [Theory]
    [InlineData(3.0, "1:1 3:1 5:1")]
    [InlineData(2.0, "1:1 3:1")]
    [InlineData(1.0, "1:2 3:1")]
    [InlineData(5.0, "1:1 2:1 5:3")]
    [InlineData(7.0, "7:0.5")]
    public void WeightedMedian_HasHalfOfTheWeightOnEitherSide(double expected, string values) =>
        WeightedMedian.Of(values.Split(' ').Select(pair => pair.Split(':')).Select(pair => (decimal.Parse(pair[0]), double.Parse(pair[1])))).ShouldBe((decimal)expected);

    private static readonly PriceSourceProfile Bybit = Okx with { Name = "bybit", Venue = "bybit" };
    private static readonly PriceSourceProfile Extra = Kraken with { Name = "extra", Venue = "extra" };
}
