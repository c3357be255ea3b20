using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Binance.Rest;

/// <summary>A REST host made of a function, with everything a client needs around it.</summary>
internal sealed class StubExchange : HttpMessageHandler
{
    private readonly Func<HttpRequestMessage, HttpResponseMessage> _answer;

    public StubExchange(Func<HttpRequestMessage, HttpResponseMessage> answer, ISettingsStore? store = null, ManualTimeProvider? clock = null)
    {
        _answer = answer;
        Clock = clock ?? new ManualTimeProvider();
        Budget = new ExchangeBudget(Clock, 6_000);
        Memory = new AccessMemory(store, Clock, NullLogger<AccessMemory>.Instance);
        Transport = new BinanceRestTransport(
            new HttpClient(this), new BinanceFeedOptions(), Budget, Memory, Clock, Metrics(), NullLogger<BinanceRestTransport>.Instance, () => 0.5);
        Client = new BinanceRestClient(Transport);
    }

    public ManualTimeProvider Clock { get; }

    public ExchangeBudget Budget { get; }

    public AccessMemory Memory { get; }

    public BinanceRestTransport Transport { get; }

    public BinanceRestClient Client { get; }

    public ConcurrentQueue<Uri> Requests { get; } = [];

    public static FeedInstruments Metrics() => new(new NoMeters());

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request.RequestUri!);
        Assert.Equal("MICROSECOND", request.Headers.GetValues("X-MBX-TIME-UNIT").Single());
        var response = _answer(request);
        if ((int)response.StatusCode == 999)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return response;
    }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>Settings in memory, which outlive a client as a file would.</summary>
internal sealed class MemorySettings : ISettingsStore
{
    public ConcurrentDictionary<string, string> Values { get; } = [];

    public Task<string?> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Values.GetValueOrDefault(name));

    public Task SetAsync(string name, string? value, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            Values.TryRemove(name, out _);
        }
        else
        {
            Values[name] = value;
        }

        return Task.CompletedTask;
    }
}
