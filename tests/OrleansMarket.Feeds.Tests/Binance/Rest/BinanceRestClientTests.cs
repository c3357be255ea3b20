using System.Net;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using static OrleansMarket.Feeds.Tests.Binance.Rest.StubExchange;

namespace OrleansMarket.Feeds.Tests.Binance.Rest;

/// <summary>Answers as the documentation prints them.</summary>
public sealed class BinanceRestClientTests
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Sats = new(new Symbol("1000SATSUSDT"), 8, 1);

    [Fact]
    public async Task GetNewestTradesAsync_ReadsTradesAndTheirQuoteAmount()
    {
        using var exchange = new StubExchange(_ => Json("""
            [{"id":28458,"price":"4.00000101","qty":"12.3","quoteQty":"49.20001242","time":1735689600010866,"isBuyerMaker":false,"isBestMatch":true},
             {"id":28457,"price":"4.00000100","qty":"12.0","quoteQty":"48.00001200","time":1499865549590,"isBuyerMaker":true,"isBestMatch":true}]
            """));

        var trades = await exchange.Client.GetNewestTradesAsync(Sats, 5, default);

        Assert.Equal("/api/v3/trades?symbol=1000SATSUSDT&limit=5", exchange.Requests.Single().PathAndQuery);
        Assert.Equal(
            [
                new Print(28457, 28457, 1499865549590000, 400000100, 120, 4800001200, TakerSide.Sell),
                new Print(28458, 28458, 1735689600010866, 400000101, 123, 4920001242, TakerSide.Buy),
            ], trades);
    }

    [Fact]
    public async Task GetAggregatesByTimeAsync_ReadsAggregatesAndAsksInMicroseconds()
    {
        using var exchange = new StubExchange(_ => Json("""[{"a":26129,"p":"0.01633102","q":"4.7","f":27781,"l":27783,"T":1498793709153,"m":true,"M":true}]"""));

        var rows = await exchange.Client.GetAggregatesByTimeAsync(Sats, 1498793709153000, 1498793709999999, 1_000, default);

        Assert.Equal("/api/v3/aggTrades?symbol=1000SATSUSDT&startTime=1498793709153000&endTime=1498793709999999&limit=1000", exchange.Requests.Single().PathAndQuery);
        Assert.Equal([new AggregateTrade(26129, new Print(27781, 27783, 1498793709153000, 1633102, 47, 7675579, TakerSide.Sell, quoteIsApproximate: true))], rows);
    }

    [Fact]
    public async Task FindFirstIdAsync_IsTheFirstTradeOfTheFirstAggregate()
    {
        using var exchange = new StubExchange(_ => Json("""[{"a":26129,"p":"0.01633102","q":"4.7","f":27781,"l":27783,"T":1498793709153,"m":true,"M":true}]"""));

        Assert.Equal(27781, await exchange.Client.FindFirstIdAsync(Sats, 1498793709000000, default));
        Assert.Equal("/api/v3/aggTrades?symbol=1000SATSUSDT&startTime=1498793709000000&limit=1", exchange.Requests.Single().PathAndQuery);
    }

    [Fact]
    public async Task GetKlinesAsync_ReadsEveryColumnAndTellsOpenWindows()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1723161450000);
        using var exchange = new StubExchange(
            _ => Json("""
                [[1723161300000,"61828.00000000","61860.80000000","61583.22000000","61685.99000000","199.42863000",1723161359999,"12304668.02540550",8863,"90.18301000","5563967.33325070","0"],
                 [1723161360000000,"1.00","1.00","1.00","1.00","0.00000000",1723161419999999,"0.00",0,"0","0","0"],
                 [1723161420000,"1.00","1.00","1.00","1.00","1",1723161479999,"1",1,"0","0","0"]]
                """),
            clock: new TestKit.ManualTimeProvider(now));

        var candles = await exchange.Client.GetKlinesAsync(Btc, CandleInterval.OneMinute, 1723161300000000, 1723161480000000, default);

        Assert.Equal("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1723161300000000&endTime=1723161479999999&limit=1000", exchange.Requests.Single().PathAndQuery);
        Assert.Equal(
            (6182800L, 6186080L, 6158322L, 6168599L, (Int128)19942863, (Int128)123046680254055, 8863L, (Int128)9018301, (Int128)55639673332507),
            (candles[0].Open, candles[0].High, candles[0].Low, candles[0].Close, candles[0].Volume, candles[0].QuoteVolume, candles[0].TradeCount, candles[0].TakerBuyVolume, candles[0].TakerBuyQuoteVolume));
        Assert.Equal([CandleStatus.Verified, CandleStatus.Verified, CandleStatus.Open], candles.Select(candle => candle.Status));
        Assert.Equal([CandleFlags.FromExchange, CandleFlags.FromExchange | CandleFlags.Carried, CandleFlags.FromExchange], candles.Select(candle => candle.Flags));
    }

    [Fact]
    public async Task GetKlinesAsync_PagesUntilComplete()
    {
        const long Start = 1_723_161_600_000_000;
        using var exchange = new StubExchange(request =>
        {
            var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query);
            var from = long.Parse(query["startTime"]!, System.Globalization.CultureInfo.InvariantCulture);
            var to = long.Parse(query["endTime"]!, System.Globalization.CultureInfo.InvariantCulture);
            List<string> rows = [];
            for (var open = from; open <= to && rows.Count < 1_000; open += Micros.PerMinute)
            {
                rows.Add($"""[{open},"1","1","1","1","1",{open + Micros.PerMinute - 1},"1",1,"0","0","0"]""");
            }

            return Json("[" + string.Join(',', rows) + "]");
        });

        var candles = await exchange.Client.GetKlinesAsync(Btc, CandleInterval.OneMinute, Start, Start + (1_440 * Micros.PerMinute), default);

        Assert.Equal(2, exchange.Requests.Count);
        Assert.Equal(Enumerable.Range(0, 1_440).Select(i => Start + (i * Micros.PerMinute)), candles.Select(candle => candle.OpenTimeMicros));
    }

    [Fact]
    public async Task GetSpecsAsync_ReadsScaleLimitsStatusAndTheWeightLimit()
    {
        using var exchange = new StubExchange(_ => Json(Info));

        var specs = await exchange.Client.GetSpecsAsync([new Symbol("BTCUSDT"), new Symbol("1000SATSUSDT")], default);

        Assert.Equal("/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%221000SATSUSDT%22%5D", exchange.Requests.Single().PathAndQuery);
        Assert.Equal(
            new SymbolSpec(new Symbol("BTCUSDT"), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT", Status = SymbolStatus.Trading, MinPrice = 1, MaxPrice = 100000000, MaxQuantity = 900000000 },
            specs[new Symbol("BTCUSDT")]);
        Assert.Equal(
            new SymbolSpec(new Symbol("1000SATSUSDT"), 8, 0) { BaseAsset = "1000SATS", QuoteAsset = "USDT", Status = SymbolStatus.Halted, MaxQuantity = 1 },
            specs[new Symbol("1000SATSUSDT")]);
        Assert.Equal(12_000, exchange.Budget.Limit);
    }

    [Fact]
    public async Task GetSpecsAsync_LeavesOutWhatTheExchangeDoesNotKnow()
    {
        using var exchange = new StubExchange(request =>
            request.RequestUri!.Query.Length > 0 ? Json("""{"code":-1121,"msg":"Invalid symbol."}""", HttpStatusCode.BadRequest) : Json(Info));

        var specs = await exchange.Client.GetSpecsAsync([new Symbol("BTCUSDT"), new Symbol("NOSUCH")], default);

        Assert.Equal([new Symbol("BTCUSDT")], specs.Keys);
    }

    [Fact]
    public async Task GetLastTradesAsync_AsksInTheCheapestBatches()
    {
        var specs = Enumerable.Range(0, 45).Select(i => new SymbolSpec(new Symbol($"C{i}USDT"), 2, 2)).ToArray();
        using var exchange = new StubExchange(request =>
        {
            var names = Uri.UnescapeDataString(System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query)["symbols"]!).Trim('[', ']').Split(',');
            return Json("[" + string.Join(',', names.Select(name => $$"""{"symbol":{{name}},"lastPrice":"1.50000000","lastId":{{name.Trim('"', 'C', 'U', 'S', 'D', 'T')}},"count":1}""")) + "]");
        });

        var trades = await exchange.Client.GetLastTradesAsync(specs, default);

        Assert.Equal(3, exchange.Requests.Count);
        Assert.Equal(6, exchange.Budget.Used);
        Assert.Equal(45, trades.Count);
        Assert.Equal(new LastTrade(44, 150, Micros.From(exchange.Clock.GetUtcNow()) - Micros.PerSecond), trades[new Symbol("C44USDT")]);
    }

    [Fact]
    public async Task GetLastTradesAsync_LeavesOutTheOneThatWasDelisted()
    {
        using var exchange = new StubExchange(request => request.RequestUri!.Query.Contains("SATS", StringComparison.Ordinal)
            ? Json("""{"code":-1121,"msg":"Invalid symbol."}""", HttpStatusCode.BadRequest)
            : Json("""[{"symbol":"BTCUSDT","lastPrice":"1.50000000","lastId":7}]"""));

        var trades = await exchange.Client.GetLastTradesAsync([Sats, Btc], default);

        Assert.Equal([Btc.Symbol], trades.Keys);
    }

    [Fact]
    public async Task MeasureOffsetAsync_TakesTheMiddleOfTheRoundTrip()
    {
        StubExchange exchange = null!;
        exchange = new StubExchange(_ =>
        {
            exchange.Clock.Advance(TimeSpan.FromMilliseconds(200));
            return Json("""{"serverTime":1767225601350000}"""); // 1.35 s after the clock's start
        });

        Assert.Equal(1_250_000, await exchange.Client.MeasureOffsetAsync(default));
        Assert.Equal(1_250_000, exchange.Transport.ClockOffsetMicros);
        exchange.Dispose();
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[5]")]
    [InlineData("""[{"id":1,"price":"1.001","qty":"1","time":1499865549590,"isBuyerMaker":true}]""")]
    [InlineData("""[{"id":1,"price":"1","qty":"1","time":1499865549590,"isBuyerMaker":"yes"}]""")]
    [InlineData("""[{"id":1,"price":"1","qty":"1","time":5,"isBuyerMaker":true}]""")]
    [InlineData("""[{"id":1,"price":"1","qty":"1","time":1499865549590,"isBuyerMaker":true}""")]
    public async Task Answers_OfAnotherShapeAreUnavailabilityNotACrash(string body)
    {
        using var exchange = new StubExchange(_ => Json(body));

        var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => exchange.Client.GetNewestTradesAsync(Btc, 5, default));

        Assert.Contains("expected", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.RetryAfter);
    }

    private const string Info = """
        {"timezone":"UTC","serverTime":1565246363776,
         "rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":12000},{"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000}],
         "symbols":[
          {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[
            {"filterType":"PRICE_FILTER","minPrice":"0.01000000","maxPrice":"1000000.00000000","tickSize":"0.01000000"},
            {"filterType":"LOT_SIZE","minQty":"0.00010000","maxQty":"9000.00000000","stepSize":"0.00001000"},
            {"filterType":"NOTIONAL","minNotional":"5.0","applyMinToMarket":true,"avgPriceMins":5}]},
          {"symbol":"1000SATSUSDT","status":"HALT","baseAsset":"1000SATS","quoteAsset":"USDT","filters":[
            {"filterType":"PRICE_FILTER","minPrice":"0.00000000","maxPrice":"0.00000000","tickSize":"0.00000001"},
            {"filterType":"LOT_SIZE","minQty":"1.00","maxQty":"1","stepSize":"1.00"}]}]}
        """;
}
