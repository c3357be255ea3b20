using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Binance.Fake;

/// <summary>The fake keeps to the documents that it stands for; what the live feed is tested against is only worth as much.</summary>
public sealed class FakeBinanceTests : IAsyncLifetime, IDisposable
{
    private const long Start = 1_767_268_800_000_000;

    private static readonly Symbol Btc = new("BTCUSDT");

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start));
    private readonly FakeTape _tape = FakeTape.FromModel(Start, TimeSpan.FromMinutes(6), 20, 1, "BTCUSDT", "PEPEUSDT");
    private readonly HttpClient _http = new();
    private FakeBinance _fake = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeBinance.StartAsync(_tape, new FakeBinanceOptions { Clock = _clock });
        _clock.Advance(TimeSpan.FromMinutes(5));
        _fake.SkipUntil(Start + (5 * Micros.PerMinute));
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Trades_AreTheNewest_AndHistoryStartsAtTheId()
    {
        var newest = await GetAsync("trades?symbol=BTCUSDT&limit=3");
        var from = newest[0].GetProperty("id").GetInt64();
        var past = await GetAsync($"historicalTrades?symbol=BTCUSDT&fromId={from - 2}&limit=3");

        Assert.Equal(_fake.Trades(Btc).TakeLast(3).Select(trade => trade.FirstId), Ids(newest, "id"));
        Assert.Equal([from - 2, from - 1, from], Ids(past, "id"));
        Assert.Equal(_fake.Trades(Btc)[^1].TradeTimeMicros / 1_000, newest[2].GetProperty("time").GetInt64());
    }

    [Fact]
    public async Task MicrosecondHeader_ChangesTheUnit()
    {
        var newest = await GetAsync("trades?symbol=BTCUSDT&limit=1", microseconds: true);

        Assert.Equal(_fake.Trades(Btc)[^1].TradeTimeMicros, newest[0].GetProperty("time").GetInt64());
    }

    [Fact]
    public async Task AggTrades_PageByIdsOfTheirOwnAndCoverEveryTrade()
    {
        var trades = _fake.Trades(Btc);
        var rows = (await GetAsync($"aggTrades?symbol=BTCUSDT&startTime={Start / 1_000}&limit=1000")).EnumerateArray().ToList();
        while ((await GetAsync($"aggTrades?symbol=BTCUSDT&fromId={rows[^1].GetProperty("a").GetInt64() + 1}&limit=1000")).EnumerateArray().ToList() is { Count: > 0 } page)
        {
            rows.AddRange(page);
        }

        Assert.Equal(trades[0].FirstId, rows[0].GetProperty("f").GetInt64());
        Assert.Equal(trades[^1].LastId, rows[^1].GetProperty("l").GetInt64());
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.GetProperty("l").GetInt64() + 1, pair.Second.GetProperty("f").GetInt64()));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.GetProperty("a").GetInt64() + 1, pair.Second.GetProperty("a").GetInt64()));
        Assert.Contains(rows, row => row.GetProperty("l").GetInt64() > row.GetProperty("f").GetInt64());
        Assert.Equal(trades.Sum(trade => (decimal)trade.Quantity) / 100_000, rows.Sum(row => Decimal(row.GetProperty("q"))));
        Assert.NotEqual(rows[0].GetProperty("a").GetInt64(), rows[0].GetProperty("f").GetInt64());
    }

    [Fact]
    public async Task AggTrades_WithoutStartAreTheNewestUpToTheEnd_AndRefuseIdWithTime()
    {
        var end = Start + (2 * Micros.PerMinute);
        var rows = await GetAsync($"aggTrades?symbol=BTCUSDT&endTime={end / 1_000}&limit=2");
        var refused = await _http.GetAsync(Api("aggTrades?symbol=BTCUSDT&fromId=1&startTime=1"));

        Assert.Equal(_fake.Trades(Btc).Last(trade => trade.TradeTimeMicros < end + 1_000).LastId, rows[1].GetProperty("l").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("-1128", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Klines_EqualTheTruthInEveryField()
    {
        var rows = await GetAsync($"klines?symbol=PEPEUSDT&interval=1m&startTime={Start / 1_000}");
        var truth = _fake.Candles(new Symbol("PEPEUSDT"), CandleInterval.OneMinute);

        Assert.Equal(6, rows.GetArrayLength()); // the sixth has just begun, and carries
        Assert.Equal(
            truth.Select(candle => (candle.OpenTimeMicros / 1_000, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.QuoteVolume, candle.TradeCount)),
            rows.EnumerateArray().Where(row => row[8].GetInt64() > 0).Select(row => (
                row[0].GetInt64(), Decimal(row[1]), Decimal(row[2]), Decimal(row[3]), Decimal(row[4]), Decimal(row[5]), Decimal(row[7]), row[8].GetInt64())));
        Assert.Equal(rows[4][4].GetString(), rows[5][1].GetString());
        Assert.Equal(rows[1][0].GetInt64() - 1, rows[0][6].GetInt64());
    }

    [Fact]
    public async Task ExchangeInfo_HasFiltersAndLimits_AndRefusesUnknownSymbols()
    {
        var info = await GetAsync("exchangeInfo?symbols=[\"PEPEUSDT\"]");
        var refused = await _http.GetAsync(Api("exchangeInfo?symbols=[\"NOPE\"]"));
        var symbol = info.GetProperty("symbols")[0];

        Assert.Equal("PEPEUSDT", symbol.GetProperty("symbol").GetString());
        Assert.Equal("TRADING", symbol.GetProperty("status").GetString());
        Assert.Equal("0.00000001", symbol.GetProperty("filters")[0].GetProperty("tickSize").GetString());
        Assert.Equal(6_000, info.GetProperty("rateLimits")[0].GetProperty("limit").GetInt32());
        Assert.Equal("""{"code":-1121,"msg":"Invalid symbol."}""", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ticker_TellsTheLastId()
    {
        var mini = await GetAsync("ticker/24hr?symbols=[\"BTCUSDT\",\"PEPEUSDT\"]&type=MINI");
        var full = await GetAsync("ticker/24hr?symbol=BTCUSDT");

        Assert.Equal(_fake.Trades(Btc)[^1].LastId, mini[0].GetProperty("lastId").GetInt64());
        Assert.Equal(_fake.Trades(Btc).Count, full.GetProperty("count").GetInt64());
        Assert.False(mini[0].TryGetProperty("priceChange", out _));
        Assert.True(full.TryGetProperty("priceChange", out _));
    }

    [Fact]
    public async Task MarketDataHost_LeavesHistoryOut_AndIsNotRestricted()
    {
        _fake.Faults.Restricted = true;

        Assert.Equal((HttpStatusCode)451, (await _http.GetAsync(Api("ping"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(_fake.MarketDataRestUri, "/api/v3/trades?symbol=BTCUSDT"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri(_fake.MarketDataRestUri, "/api/v3/historicalTrades?symbol=BTCUSDT"))).StatusCode);
    }

    [Fact]
    public async Task Weight_IsCountedThenRefusedThenBanned()
    {
        await using var small = await FakeBinance.StartAsync(_tape, new FakeBinanceOptions { Clock = _clock, WeightPerMinute = 50 });
        var uri = new Uri(small.RestUri, "/api/v3/trades?symbol=BTCUSDT");
        var first = await _http.GetAsync(uri);
        await _http.GetAsync(uri);
        var refused = await _http.GetAsync(uri);
        for (var request = 0; request < 10; request++)
        {
            await _http.GetAsync(uri);
        }

        var banned = await _http.GetAsync(uri);

        Assert.Equal("25", first.Headers.GetValues("X-MBX-USED-WEIGHT-1M").Single());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal((HttpStatusCode)418, banned.StatusCode);
        Assert.Contains($"IP banned until {_clock.GetUtcNow().AddMinutes(2).ToUnixTimeMilliseconds()}", await banned.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Lag_HidesTheNewestFromTheDatabaseAlone()
    {
        _fake.Faults.Lag(trades: 5, answers: 1);
        var last = _fake.Trades(Btc)[^1].LastId;

        Assert.Equal(last - 5, Ids(await GetAsync("historicalTrades?symbol=BTCUSDT"), "id")[^1]);
        Assert.Equal(last, Ids(await GetAsync("historicalTrades?symbol=BTCUSDT"), "id")[^1]);
        Assert.Equal(last, Ids(await GetAsync("trades?symbol=BTCUSDT"), "id")[^1]);
    }

    [Fact]
    public async Task Stream_SendsTradesInTheAskedUnit_RawAndCombined()
    {
        using var raw = await ConnectAsync("/ws/btcusdt@trade?timeUnit=MICROSECOND");
        using var combined = await ConnectAsync("/stream?streams=btcusdt@trade/pepeusdt@trade");
        await Eventually.BecomesTrueAsync(() => _fake.OpenConnections == 2, "two connections");
        await _fake.PublishAsync(Btc, 1);
        var trade = _fake.Trades(Btc)[^1];
        var bare = await ReadAsync(raw);
        var wrapped = await ReadAsync(combined);

        Assert.Equal(trade.TradeTimeMicros, bare.GetProperty("T").GetInt64());
        Assert.Equal(trade.FirstId, bare.GetProperty("t").GetInt64());
        Assert.Equal(trade.Taker == TakerSide.Sell, bare.GetProperty("m").GetBoolean());
        Assert.Equal("btcusdt@trade", wrapped.GetProperty("stream").GetString());
        Assert.Equal(trade.TradeTimeMicros / 1_000, wrapped.GetProperty("data").GetProperty("T").GetInt64());
    }

    [Fact]
    public async Task Control_AcknowledgesAndRefusesAsDocumented()
    {
        using var socket = await ConnectAsync("/stream");

        Assert.Equal("""{"result":null,"id":1}""", await AskAsync(socket, """{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"""));
        Assert.Equal("""{"result":["btcusdt@trade"],"id":"a"}""", await AskAsync(socket, """{"method":"LIST_SUBSCRIPTIONS","id":"a"}"""));
        Assert.StartsWith("""{"code":2,"msg":"Invalid request: unknown variant""", await AskAsync(socket, """{"method":"SHOUT","id":2}"""));
        Assert.StartsWith("""{"code":3,"msg":"Invalid JSON""", await AskAsync(socket, "nonsense"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("""{"result":null,"id":3}""", await AskAsync(socket, """{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":3}"""));
        Assert.Empty(_fake.Subscriptions);
    }

    [Fact]
    public async Task Control_ClosesWhenToldTooMuchTooFast()
    {
        using var fast = await ConnectAsync("/stream");
        for (var message = 0; message < 6; message++)
        {
            await SendAsync(fast, """{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        }

        using var greedy = await ConnectAsync("/stream");
        await SendAsync(greedy, $$"""{"method":"SUBSCRIBE","params":[{{string.Join(',', Enumerable.Range(0, 1_025).Select(n => $"\"s{n}@trade\""))}}],"id":1}""");

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await ClosedAsync(fast));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await ClosedAsync(greedy));
    }

    [Fact]
    public async Task Mischief_TroublesTheStreamTheSameWayEachTime_AndRestHasEverything()
    {
        using var one = await ConnectAsync("/ws/btcusdt@trade");
        using var two = await ConnectAsync("/ws/btcusdt@trade");
        await Eventually.BecomesTrueAsync(() => _fake.OpenConnections == 2, "two connections");
        var before = _fake.Trades(Btc).Count;
        _fake.Faults.Mischief = Mischief.Everything(3) with { Cut = 0 };
        var reading = Task.WhenAll(ReadToEndAsync(one), ReadToEndAsync(two)); // meanwhile: nobody knows how much fits into a line
        await _fake.PublishAllAsync();
        await _fake.SendTextAsync("end");

        var read = await reading;
        var seen = read[0];
        Assert.Equal(seen, read[1]);
        var ids = seen.Select(IdOf).OfType<long>().ToList();
        var sent = _fake.Trades(Btc).Skip(before).Select(trade => trade.FirstId).ToList();
        Assert.NotEmpty(sent.Except(ids));
        Assert.NotEqual(ids.Count, ids.Distinct().Count());
        Assert.NotEqual(ids.Order(), ids);
        Assert.Contains(seen, frame => IdOf(frame) is null);
        Assert.Equal(sent.Take(1_000), Ids(await GetAsync($"historicalTrades?symbol=BTCUSDT&fromId={sent[0]}&limit=1000"), "id"));
    }

    [Fact]
    public async Task DropStallAndCut_DoWhatTheySay()
    {
        using var socket = await ConnectAsync("/ws/btcusdt@trade");
        await Eventually.BecomesTrueAsync(() => _fake.OpenConnections == 1, "a connection");
        var next = _fake.Trades(Btc)[^1].LastId + 1;
        _fake.Faults.Drop(Btc, new IdRange(next, next + 1));
        await _fake.PublishAsync(Btc, 3);
        Assert.Equal(next + 2, (await ReadAsync(socket)).GetProperty("t").GetInt64());

        _fake.Stall();
        await _fake.PublishAsync(Btc, 3);
        _fake.Cut();
        await Assert.ThrowsAnyAsync<WebSocketException>(() => ReadAsync(socket));
        await Eventually.BecomesTrueAsync(() => _fake.OpenConnections == 0, "no connection");
    }

    private static long? IdOf(string frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return document.RootElement.TryGetProperty("T", out _)
                && decimal.TryParse(document.RootElement.GetProperty("q").GetString(), CultureInfo.InvariantCulture, out _)
                && Decimal(document.RootElement.GetProperty("p")) > 0
                ? document.RootElement.GetProperty("t").GetInt64()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static decimal Decimal(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    private static long[] Ids(JsonElement rows, string name) => [.. rows.EnumerateArray().Select(row => row.GetProperty(name).GetInt64())];

    private Uri Api(string request) => new(_fake.RestUri, $"/api/v3/{request}");

    private async Task<JsonElement> GetAsync(string request, bool microseconds = false)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Api(request));
        if (microseconds)
        {
            message.Headers.Add("X-MBX-TIME-UNIT", "MICROSECOND");
        }

        using var answer = await _http.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private async Task<ClientWebSocket> ConnectAsync(string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(_fake.StreamUri, path), CancellationToken.None);
        return socket;
    }

    private static async Task SendAsync(ClientWebSocket socket, string text) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<string> AskAsync(ClientWebSocket socket, string text)
    {
        await SendAsync(socket, text);
        return (await ReadTextAsync(socket))!;
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        using var document = JsonDocument.Parse((await ReadTextAsync(socket))!);
        return document.RootElement.Clone();
    }

    private static async Task<List<string>> ReadToEndAsync(ClientWebSocket socket)
    {
        List<string> frames = [];
        while (await ReadTextAsync(socket) is { } frame && frame != "end")
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static async Task<WebSocketCloseStatus?> ClosedAsync(ClientWebSocket socket)
    {
        while (await ReadTextAsync(socket) is not null)
        {
        }

        return socket.CloseStatus;
    }

    private static async Task<string?> ReadTextAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[64 * 1024];
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            length += read.Count;
            if (read.EndOfMessage)
            {
                return read.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }
}
