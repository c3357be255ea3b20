using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Streaming;

public class StreamTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Fact]
    public async Task Stream_BeginsWithHello_ThenTellsEveryKind()
    {
        await using var web = await WebFixture.StartAsync();
        await using var reader = await Reader.OpenAsync(web, "/stream?symbols=BTCUSDT");
        Assert.Equal("text/event-stream", reader.ContentType);
        var hello = await reader.NextAsync();
        Assert.Equal("hello", hello.EventType);
        Assert.Equal("""{"source":{"kind":"live","name":"stream.binance.com"},"serverTime":"2026-01-15T12:00:00Z","heartbeatMs":5000}""", hello.Data);
        Assert.Equal(TimeSpan.FromSeconds(2), hello.ReconnectionInterval);

        web.Market.PublishSecond();
        web.Market.Publish(Btc, item => item with { Whale = FakeMarket.WhaleAt(FakeTape.All[0], FakeMarket.Noon) });
        web.Market.Fire("whale", Btc, 700_000);
        var seen = new Dictionary<string, JsonNode>();
        while (seen.Count < 5)
        {
            var item = await reader.NextAsync();
            seen[item.EventType] = JsonNode.Parse(item.Data)!;
            Assert.Equal(item.EventId, seen[item.EventType]["id"]!.ToString());
        }

        Assert.Equal(["alert", "candle", "market", "trade", "whale"], seen.Keys.Order());
        Assert.All(seen, pair => Assert.Equal(["id", "symbol", pair.Key], pair.Value.AsObject().Select(field => field.Key)));
        Assert.All(seen.Values, data => Assert.Equal("BTCUSDT", data["symbol"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Stream_TellsOnlyTheKindsSymbolsAndCandlesAskedFor()
    {
        await using var web = await WebFixture.StartAsync();
        await using var reader = await Reader.OpenAsync(web, "/stream?kinds=market,candle&symbols=BTCUSDT,ETHUSDT&focus=ETHUSDT&interval=5m");
        await reader.NextAsync();
        web.Market.PublishSecond();
        var items = new[] { await reader.NextAsync(), await reader.NextAsync(), await reader.NextAsync() };
        Assert.Equal(["market BTCUSDT", "market ETHUSDT", "candle ETHUSDT"], items.Select(item => $"{item.EventType} {JsonNode.Parse(item.Data)!["symbol"]}"));
        Assert.Equal("5m", JsonNode.Parse(items[2].Data)!["candle"]!["interval"]!.GetValue<string>());
    }

    [Fact]
    public async Task Stream_BeatsWhileNothingHappens()
    {
        await using var web = await WebFixture.StartAsync();
        await using var reader = await Reader.OpenAsync(web, "/stream");
        await reader.NextAsync();
        var beat = reader.NextAsync();
        await web.Clock.AdvanceUntilAsync(() => beat.IsCompleted);
        Assert.Equal("heartbeat", (await beat).EventType);
        Assert.Equal(0, JsonNode.Parse((await beat).Data)!["dropped"]!.GetValue<long>());
    }

    [Fact]
    public async Task Stream_AcceptsALastEventIdAndWritesDecimalsAsTextWhenAsked()
    {
        await using var web = await WebFixture.StartAsync();
        await using var reader = await Reader.OpenAsync(web, "/stream?kinds=market&symbols=BTCUSDT&numbers=string", "41");
        await reader.NextAsync();
        web.Market.PublishSecond();
        var price = JsonNode.Parse((await reader.NextAsync()).Data)!["market"]!["lastPrice"]!;
        Assert.Equal(System.Text.Json.JsonValueKind.String, price.GetValueKind());
    }

    [Fact]
    public async Task Streams_AreLimitedByClient_AndASlotIsFreeAgainAfterItsReaderLeft()
    {
        await using var web = await WebFixture.StartAsync(("Web:MaxStreamsPerClient", "2"));
        var one = await Reader.OpenAsync(web, "/stream");
        await using var two = await Reader.OpenAsync(web, "/stream");
        await one.NextAsync();
        await two.NextAsync();
        var (refused, _) = await web.SendAsync(HttpMethod.Get, "/stream");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(2, web.Market.Watchers);
        await one.DisposeAsync();
        await Eventually.BecomesTrueAsync(() => web.Market.Watchers == 1, "a reader that has left");
        await Eventually.BecomesTrueAsync(async () => (await web.GetAsync("/pipeline"))["streams"]!.GetValue<int>() == 1, "a slot that is free");
        await using var three = await Reader.OpenAsync(web, "/stream");
        Assert.Equal("hello", (await three.NextAsync()).EventType);
    }

    [Fact]
    public async Task Streams_EndWhenTheServerStops()
    {
        // The server would wait for readers for longer than this test does.
        var web = await WebFixture.ListenAsync(0, null, null, ("shutdownTimeoutSeconds", "600"));
        await using var reader = await Reader.OpenAsync(web, "/stream");
        await reader.NextAsync();
        var stopping = web.DisposeAsync().AsTask();
        var end = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
            {
                await reader.NextAsync();
            }
        });
        Assert.IsNotAssignableFrom<OperationCanceledException>(end); // the reader's patience
        await stopping.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private sealed class Reader : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly IAsyncEnumerator<SseItem<string>> _items;
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));

        private Reader(HttpResponseMessage response, Stream stream)
        {
            _response = response;
            _items = SseParser.Create(stream).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
        }

        public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

        public static async Task<Reader> OpenAsync(WebFixture web, string path, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }

            var response = await web.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return new Reader(response, await response.Content.ReadAsStreamAsync());
        }

        public async Task<SseItem<string>> NextAsync() =>
            await _items.MoveNextAsync() ? _items.Current : throw new EndOfStreamException("the stream has ended");

        public async ValueTask DisposeAsync()
        {
            _response.Dispose();
            _patience.Dispose();
            try
            {
                await _items.DisposeAsync();
            }
            catch (NotSupportedException)
            {
                // A read is under way; the response is gone already.
            }
        }
    }
}
