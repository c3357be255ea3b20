using System.Globalization;
using System.Net;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Portfolio;

/// <summary>Daily closes over the real REST client and the real database, against an exchange whose close of day n is n.</summary>
public sealed class DailyKlineHistoryTests : IAsyncLifetime, IDisposable
{
    private static readonly DateOnly Today = new(2026, 1, 15);
    private static readonly DateOnly Epoch = new(2024, 1, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));
    private readonly StubExchange _exchange;
    private readonly MarketDatabase _database;
    private readonly HashSet<string> _listed = ["BTCUSDT", "ETHUSDT", "NEWUSDT", "USDCUSDT"];
    private bool _down;

    public DailyKlineHistoryTests()
    {
        _exchange = new StubExchange(Answer, null, _clock);
        _database = MarketDatabase.Open(
            Options.Create(new StorageOptions { DataDirectory = _folder.Path, Durability = StorageDurability.ProcessCrash }), new StorageInstruments(new PlainMeters()), _clock, NullLogger<MarketDatabase>.Instance);
    }

    private IEnumerable<Uri> KlineRequests => _exchange.Requests.Where(uri => uri.AbsolutePath == "/api/v3/klines");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    public void Dispose()
    {
        _exchange.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task GetAsync_ReadsTheCloses_Of501ClosedDays_InOneRequest()
    {
        var closes = await ClosesAsync(NewHistory(), "BTC");
        Assert.Equal("binance 1d klines of BTCUSDT", closes.Source);
        Assert.Null(closes.Problem);
        Assert.Equal(IDailyHistory.Days + 1, closes.Closes.Count);
        Assert.Equal(Today.AddDays(-1), closes.Closes[^1].Day);
        Assert.All(closes.Closes, close => Assert.Equal(close.Day.DayNumber - Epoch.DayNumber + 0.5m, close.Price));
        Assert.Single(KlineRequests);
    }

    [Fact]
    public async Task GetAsync_AsksAgainOnlyAfterMidnight_AndOnlyForTheNewDay()
    {
        var history = NewHistory();
        await ClosesAsync(history, "BTC");
        await ClosesAsync(history, "BTC");
        Assert.Single(KlineRequests);

        _clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal(Today, (await ClosesAsync(history, "BTC")).Closes[^1].Day);
        Assert.Equal(2, KlineRequests.Count());
        Assert.Equal(Today, DayOf(KlineRequests.Last(), "startTime"));
    }

    [Fact]
    public async Task LaterStart_AsksOnlyForDaysThatAreNotKept()
    {
        await ClosesAsync(NewHistory(), "BTC");
        Assert.Equal(501, (await ClosesAsync(NewHistory(), "BTC")).Closes.Count);
        Assert.Single(KlineRequests);

        _clock.Advance(TimeSpan.FromDays(3));
        var closes = await ClosesAsync(NewHistory(), "BTC");
        Assert.Equal((501, Today.AddDays(2)), (closes.Closes.Count, closes.Closes[^1].Day));
        Assert.Equal(Today, DayOf(KlineRequests.Last(), "startTime"));
    }

    [Fact]
    public async Task AssetListedLately_HasWhatThereIs_AndIsNotAskedForDaysBeforeItsListing()
    {
        var closes = await ClosesAsync(NewHistory(), "NEW");
        Assert.Equal(40, closes.Closes.Count);
        Assert.Equal(40, (await ClosesAsync(NewHistory(), "NEW")).Closes.Count);
        Assert.Single(KlineRequests);
    }

    [Fact]
    public async Task UnknownAsset_SaysSo_AndIsNotLookedUpAgainTheSameDay()
    {
        var history = NewHistory();
        var closes = await ClosesAsync(history, "NOPE");
        Assert.Equal("binance lists no NOPEUSDT", closes.Problem);
        Assert.Empty(closes.Closes);
        var requests = _exchange.Requests.Count;
        await ClosesAsync(history, "NOPE");
        Assert.Equal(requests, _exchange.Requests.Count);
    }

    [Fact]
    public async Task Money_IsConstant_AndNobodyIsAsked()
    {
        var answer = await NewHistory().GetAsync(["USD", "USDT"], default);
        Assert.All(answer.Values, closes => Assert.True(closes.IsConstant));
        Assert.Empty(_exchange.Requests);
    }

    [Theory]
    [InlineData("USDC", false)]
    [InlineData("FDUSD", true)]
    public async Task Stablecoin_HasItsPairsCloses_OrIsTakenAsConstantWithoutOne(string asset, bool constant)
    {
        var closes = await ClosesAsync(NewHistory(), asset);
        Assert.Equal(constant, closes.IsConstant);
        Assert.Equal(constant ? "assumed" : "binance 1d klines of USDCUSDT", closes.Source);
    }

    [Fact]
    public async Task ExchangeAway_LeavesWhatIsKept_AndItIsAskedAgainOnceBack()
    {
        await ClosesAsync(NewHistory(), "BTC");
        _clock.Advance(TimeSpan.FromDays(1));
        _down = true;
        var history = NewHistory();
        var closes = await ClosesAsync(history, "BTC");
        Assert.Equal((500, Today.AddDays(-1)), (closes.Closes.Count, closes.Closes[^1].Day));
        Assert.StartsWith("the exchange cannot be asked now (", closes.Problem, StringComparison.Ordinal);
        Assert.StartsWith("the exchange cannot be asked now (", (await ClosesAsync(history, "ETH")).Problem, StringComparison.Ordinal);

        _down = false;
        _clock.Advance(TimeSpan.FromMinutes(10));
        closes = await ClosesAsync(history, "BTC");
        Assert.Equal((501, Today), (closes.Closes.Count, closes.Closes[^1].Day));
        Assert.Null(closes.Problem);
    }

    [Fact]
    public async Task OwnDays_CountOnlyWhenTheyMissNothing()
    {
        // Yesterday we joined at noon and stopped in the evening; the day before is whole.
        var spec = new SymbolSpec(new Symbol("BTCUSDT"), 2, 5);
        await new SqliteCandleStore(_database).AppendAsync(spec, [Own(Today.AddDays(-2), CandleFlags.None), Own(Today.AddDays(-1), CandleFlags.Partial)], default);
        var closes = await ClosesAsync(NewHistory(), "BTC");
        Assert.Equal(501, closes.Closes.Count);
        Assert.Equal(77m, closes.Closes[^2].Price);
        Assert.Equal(Today.AddDays(-1).DayNumber - Epoch.DayNumber + 0.5m, closes.Closes[^1].Price);
    }

    [Fact]
    public async Task Requests_HaveThePriorityOfAudits()
    {
        // Audits may use a fifth of the budget: enough for the specification (20) and no more.
        _exchange.Budget.SetLimit(100);
        var closes = await ClosesAsync(NewHistory(), "BTC");
        Assert.Contains("is kept for more urgent requests", closes.Problem, StringComparison.Ordinal);
        Assert.Empty(KlineRequests);
    }

    private static Candle Own(DateOnly day, CandleFlags flags) => new()
    {
        Interval = CandleInterval.OneDay,
        OpenTimeMicros = Start(day),
        Open = 7_700,
        High = 7_700,
        Low = 7_700,
        Close = 7_700,
        TradeCount = 1,
        FirstId = 1,
        LastId = 1,
        Status = CandleStatus.Complete,
        Flags = flags,
    };

    private static long Start(DateOnly day) => Micros.From(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    private static DateOnly DayOf(Uri request, string parameter) =>
        DateOnly.FromDateTime(Micros.ToInstant(long.Parse(HttpUtility.ParseQueryString(request.Query)[parameter]!, CultureInfo.InvariantCulture)).UtcDateTime);

    private static async Task<DailyCloses> ClosesAsync(DailyKlineHistory history, string asset) => (await history.GetAsync([asset], default))[asset];

    private DailyKlineHistory NewHistory() => new(
        _exchange.Client.For(RequestPriority.Audit), new SqliteCandleStore(_database), new SqliteSymbolSpecStore(_database), "binance", _clock, NullLogger<DailyKlineHistory>.Instance);

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        if (_down)
        {
            return StubExchange.Json("""{"code":-1003,"msg":"too much"}""", HttpStatusCode.TooManyRequests, ("Retry-After", "60"));
        }

        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        if (request.RequestUri.AbsolutePath == "/api/v3/exchangeInfo")
        {
            var asked = query["symbols"]?.Trim('[', ']').Split(',').Select(name => name.Trim('"')).ToArray() ?? [.. _listed];
            return asked.All(_listed.Contains)
                ? StubExchange.Json($$"""{"rateLimits":[],"symbols":[{{string.Join(',', asked.Select(Row))}}]}""")
                : StubExchange.Json("""{"code":-1121,"msg":"Invalid symbol."}""", HttpStatusCode.BadRequest);
        }

        Assert.Equal("/api/v3/klines", request.RequestUri.AbsolutePath);
        Assert.Equal("1d", query["interval"]);
        var from = DayOf(request.RequestUri, "startTime");
        var listedOn = query["symbol"] == "NEWUSDT" ? Today.AddDays(-40) : Epoch;
        var now = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        var rows = Enumerable.Range(0, 1_000)
            .Select(i => (from > listedOn ? from : listedOn).AddDays(i))
            .TakeWhile(day => day <= now && Start(day) <= long.Parse(query["endTime"]!, CultureInfo.InvariantCulture))
            .Select(Kline);
        return StubExchange.Json($"[{string.Join(',', rows)}]");
    }

    private static string Row(string symbol) => $$"""
        {"symbol":"{{symbol}}","status":"TRADING","baseAsset":"{{symbol[..^4]}}","quoteAsset":"USDT","filters":[
          {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000","tickSize":"0.01"},{"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000","stepSize":"0.00001"}]}
        """;

    private static string Kline(DateOnly day)
    {
        var price = (day.DayNumber - Epoch.DayNumber + 0.5m).ToString("0.00", CultureInfo.InvariantCulture);
        return $"[{Start(day)},\"{price}\",\"{price}\",\"{price}\",\"{price}\",\"1.00000\",{Start(day.AddDays(1)) - 1},\"{price}\",1,\"0.50000\",\"{price}\",\"0\"]";
    }
}
