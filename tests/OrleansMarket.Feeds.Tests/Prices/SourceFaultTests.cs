using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>Each source failing in each way, while the others are well.</summary>
public class SourceFaultTests
{
    private static readonly string[] OverHttp = [.. FakePriceSources.Names.Except([PriceSourceNames.Binance])];

    /// <summary>What each fault is called in the source's row, and what its breaker does after one of them.</summary>
    private static readonly (PriceFault Fault, string Reason, PriceSourceState State, int? RetrySeconds)[] Rows =
    [
        (PriceFault.Reset, "the connection broke", PriceSourceState.Failing, null),
        (PriceFault.ServerError, "HTTP 500", PriceSourceState.Failing, null),
        (PriceFault.Forbidden, "HTTP 403", PriceSourceState.Open, 600),
        (PriceFault.TooMany, "HTTP 429", PriceSourceState.Open, 30),
        (PriceFault.Banned, "HTTP 418", PriceSourceState.Open, 120),
        (PriceFault.Restricted, "HTTP 451", PriceSourceState.Open, 3_600),
        (PriceFault.ErrorInside, "", PriceSourceState.Failing, null),
        (PriceFault.Garbage, "expected JSON, found '<html>Down for maintenance</html>'", PriceSourceState.Failing, null),
        (PriceFault.WrongTypes, "expected a number", PriceSourceState.Failing, null),
        (PriceFault.Zero, "expected a price above 0, found 0", PriceSourceState.Ok, null),
        (PriceFault.Negative, "expected a price above 0, found -60000", PriceSourceState.Ok, null),
        (PriceFault.Huge, "expected a number", PriceSourceState.Failing, null),
        (PriceFault.Stale, "3600 s old, bound ", PriceSourceState.Ok, null),
    ];

    public static TheoryData<string, PriceFault> Cases
    {
        get
        {
            var cases = new TheoryData<string, PriceFault>();
            foreach (var source in OverHttp)
            {
                foreach (var (fault, _, _, _) in Rows.Where(row => source != PriceSourceNames.Kraken || row.Fault != PriceFault.Stale /* it gives no time */))
                {
                    cases.Add(source, fault);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AFailingSource_IsNamedWithItsReason_AndTheOthersDecide(string source, PriceFault fault)
    {
        var (_, reason, state, retry) = Rows.Single(row => row.Fault == fault);
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(source, fault);
        var price = await bench.GetAsync();
        var row = price.Quotes.Single(quote => quote.Source == source);
        Assert.Contains(reason, row.Reason, StringComparison.Ordinal);
        Assert.NotNull(row.Excluded);
        Assert.Equal((PriceRule.Consensus, 60_000m, false), (price.Rule, price.Price!.Value, price.Sources.Contains(source)));
        Assert.Equal(5, price.Sources.Count);

        var status = await bench.StatusAsync(source);
        Assert.Equal((state, retry is { } seconds ? bench.Clock.GetUtcNow().AddSeconds(seconds) : (DateTimeOffset?)null), (status.State, status.RetryAt));
        Assert.Equal(state == PriceSourceState.Ok ? 0 : 1, status.Failures);
        Assert.Equal(1, bench.Measured("btc_api_calls", ("status", state == PriceSourceState.Ok ? "success" : "error"), ("source", source)));
    }

    public static TheoryData<string> Sources => new(FakePriceSources.Names);

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task APartialAnswer_CountsForWhatItHas_AndTheRestComesFromOthers(string source)
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(source, PriceFault.Partial);
        var prices = await bench.Prices.GetAsync(["BTC", "ETH"], default);
        Assert.Contains(source, prices[0].Sources);
        Assert.DoesNotContain(source, prices[1].Sources);
        Assert.Equal((PriceRule.Consensus, 3_000m), (prices[1].Rule, prices[1].Price!.Value));
        Assert.Equal(PriceExclusion.NoPrice, prices[1].Quotes.Single(quote => quote.Source == source).Excluded);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task ToldToStayAway_ASourceIsLeftAloneUntilThen_ByARestartToo(string source)
    {
        var kept = new MemorySettings();
        await using (var bench = await PriceBench.StartAsync(null, null, kept))
        {
            bench.Sources.Break(source, PriceFault.Banned);
            await bench.GetAsync();
            var asked = bench.Sources.RequestsOf(source);
            bench.Clock.Advance(TimeSpan.FromSeconds(119));
            var row = await bench.RowAsync(source);
            Assert.Contains("418", row.Reason, StringComparison.Ordinal);
            Assert.Equal(asked, bench.Sources.RequestsOf(source));

            bench.Sources.Break(source, PriceFault.None);
            bench.Clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Null((await bench.RowAsync(source)).Excluded);
            Assert.Equal(PriceSourceState.Ok, (await bench.StatusAsync(source)).State);
        }

        await using var restarted = await PriceBench.StartAsync(null, null, kept);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => restarted.Prices.RunAsync(stop.Token));
        await Eventually.BecomesTrueAsync(async () => (await restarted.Prices.DescribeAsync(default)).Sources.Count(status => status.State == PriceSourceState.Ok) == 5, "the others");
        Assert.Equal(0, restarted.Sources.RequestsOf(source));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task ASourceThatFailsAgainAndAgain_OpensItsBreaker_AndIsTriedAgainLater()
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(PriceSourceNames.Okx, PriceFault.ServerError);
        for (var round = 0; round < 3; round++)
        {
            await bench.GetAsync();
            bench.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        var status = await bench.StatusAsync(PriceSourceNames.Okx);
        Assert.Equal((PriceSourceState.Open, 3L), (status.State, status.Failures));
        var asked = bench.Sources.RequestsOf(PriceSourceNames.Okx);
        Assert.Contains("500", (await bench.RowAsync(PriceSourceNames.Okx)).Reason, StringComparison.Ordinal);
        Assert.Equal(asked, bench.Sources.RequestsOf(PriceSourceNames.Okx));

        bench.Sources.Break(PriceSourceNames.Okx, PriceFault.None);
        bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Null((await bench.RowAsync(PriceSourceNames.Okx)).Excluded);
        Assert.Equal(PriceSourceState.Ok, (await bench.StatusAsync(PriceSourceNames.Okx)).State);
    }

    /// <summary>Binance is asked by the client that everything else of it uses, which tries again what may pass: what it says comes later, and in its own words.</summary>
    [Theory]
    [InlineData(PriceFault.Reset, "ticker/24hr: 127.0.0.1: ", true)]
    [InlineData(PriceFault.ServerError, "500", true)]
    [InlineData(PriceFault.Forbidden, "403", true)]
    [InlineData(PriceFault.TooMany, "429", true)]
    [InlineData(PriceFault.Banned, "418", true)]
    [InlineData(PriceFault.Restricted, "127.0.0.1 refuses", true)]
    [InlineData(PriceFault.ErrorInside, "expected a row of BTCUSDT", true)]
    [InlineData(PriceFault.Garbage, "expected the documented JSON", true)]
    [InlineData(PriceFault.WrongTypes, "expected a row of BTCUSDT", true)]
    [InlineData(PriceFault.Zero, "expected a price above 0, found 0", false)]
    [InlineData(PriceFault.Negative, "expected a price above 0, found -60000", false)]
    [InlineData(PriceFault.Huge, "expected a row of BTCUSDT", true)]
    [InlineData(PriceFault.Stale, "3600 s old, bound 30 s", false)]
    public async Task Binance_FailsInItsOwnWays_AndTheOthersDecide(PriceFault fault, string reason, bool isFailure)
    {
        await using var bench = await PriceBench.StartAsync(PriceBench.Patient);
        bench.Sources.Break(PriceSourceNames.Binance, fault);
        var price = isFailure ? await AfterFailureAsync() : await bench.GetAsync(); // an answer needs no time, and is as old as it is
        Assert.Equal((PriceRule.Consensus, 60_000m, false), (price.Rule, price.Price!.Value, price.Sources.Contains(PriceSourceNames.Binance)));
        Assert.Equal(5, price.Sources.Count);
        Assert.Contains(reason, price.Quotes.Single(quote => quote.Source == PriceSourceNames.Binance).Reason, StringComparison.Ordinal);
        Assert.Equal(isFailure, (await bench.StatusAsync(PriceSourceNames.Binance)).State is PriceSourceState.Failing or PriceSourceState.Open);

        async Task<AssetPrice> AfterFailureAsync()
        {
            await bench.GetPatientlyAsync();
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    bench.Clock.Advance(PriceBench.Step);
                    return (await bench.Prices.DescribeAsync(default)).Sources.All(source => source.State is not PriceSourceState.Starting);
                },
                "the end of every source's round");
            return await bench.GetPatientlyAsync();
        }
    }

    /// <summary>A source that never answers is waited for a moment by whoever asks, and for its own time by nobody; then it counts as failed.</summary>
    [Theory]
    [MemberData(nameof(Sources))]
    public async Task ASourceThatNeverAnswers_TimesOut_AndTheOthersDecide(string source)
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(source, PriceFault.Hang);
        var asking = bench.GetAsync();

        // Coinbase is asked for BTC and USDT side by side: only once both hang has the time of both begun.
        var requests = source == PriceSourceNames.Coinbase ? 2 : 1;
        await Eventually.BecomesTrueAsync(async () => bench.Sources.Hanging == requests && (await bench.Prices.DescribeAsync(default)).Sources.Count(status => status.LastAnswered is not null) == 5, "five answers");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var price = await asking;
        Assert.Equal((PriceRule.Consensus, 60_000m, 5), (price.Rule, price.Price!.Value, price.Sources.Count));
        Assert.Equal("not asked yet", price.Quotes.Single(quote => quote.Source == source).Reason);

        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.BecomesTrueAsync(async () => (await bench.StatusAsync(source)).State == PriceSourceState.Failing, "the timeout counts");
        Assert.Equal($"{source}: no answer within 3 s", (await bench.StatusAsync(source)).Error);
    }

    [Fact]
    public async Task AFaultInTheMiddleOfARound_StopsTheRestOfIt()
    {
        await using var bench = await PriceBench.StartAsync(("Prices:Okx:RequestsPerSecond", "1"), ("Prices:Okx:Burst", "1"));
        bench.Sources.Break(PriceSourceNames.Okx, PriceFault.TooMany);
        var asking = bench.Prices.GetAsync(["BTC", "ETH", "SOL"], default).AsTask();

        // The others are done, and the first request has been answered: its own time, 3 s, does not run any more.
        await Eventually.BecomesTrueAsync(
            async () => bench.Sources.RequestsOf(PriceSourceNames.Okx) == 1 && !bench.Clock.UntilTimers.Contains(TimeSpan.FromSeconds(3))
                && (await bench.Prices.DescribeAsync(default)).Sources.Count(status => status.LastAnswered is not null) == 5,
            "the answer to the first request");
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                bench.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return (await bench.StatusAsync(PriceSourceNames.Okx)).State == PriceSourceState.Open;
            },
            "the end of the round");
        await asking;
        Assert.Equal(1, bench.Sources.RequestsOf(PriceSourceNames.Okx));
    }
}
