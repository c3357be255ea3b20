using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.TestKit.Prices;

/// <summary>
/// Binance, CoinGecko, Coinbase, Kraken, OKX and Bybit on one loopback port (their paths differ), serving tickers in the documented formats, and misbehaving
/// on demand. Like the real ones it refuses whoever does not say who asks.
/// </summary>
public sealed class FakePriceSources : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<(string Source, string Asset), decimal> _prices = new();
    private readonly ConcurrentDictionary<string, PriceFault> _faults = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _gate = Opened();
    private int _hanging;
    private int _held;

    private FakePriceSources(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    /// <summary>Gets the names of the sources.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [PriceSourceNames.Binance, PriceSourceNames.Coingecko, PriceSourceNames.Coinbase, PriceSourceNames.Kraken, PriceSourceNames.Okx, PriceSourceNames.Bybit];

    /// <summary>Gets the address of all of them.</summary>
    public Uri Root => new(_app.Urls.First());

    /// <summary>Gets how many requests hang without an answer.</summary>
    public int Hanging => Volatile.Read(ref _hanging);

    /// <summary>Gets how many requests wait for <see cref="Release"/>.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Gets every path and query asked for.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Starts it on a free port with BTC and ETH everywhere, and USDT where it is quoted in dollars.</summary>
    public static async Task<FakePriceSources> StartAsync(TimeProvider clock)
    {
        var app = LoopbackServer.Build();
        var sources = new FakePriceSources(app, clock);
        sources.Set("BTC", 60_000).Set("ETH", 3_000);
        foreach (var name in (string[])[PriceSourceNames.Coingecko, PriceSourceNames.Coinbase, PriceSourceNames.Kraken])
        {
            sources.Set(name, "USDT", 1);
        }

        app.MapGet("/api/v3/ticker/24hr", context => sources.AnswerAsync(context, PriceSourceNames.Binance, new BinanceFormat(sources)));
        app.MapGet("/api/v3/simple/price", context => sources.AnswerAsync(context, PriceSourceNames.Coingecko, new CoingeckoFormat(sources)));
        app.MapGet("/products/{product}/{what}", context => sources.AnswerAsync(context, PriceSourceNames.Coinbase, new CoinbaseFormat(sources)));
        app.MapGet("/0/public/Ticker", context => sources.AnswerAsync(context, PriceSourceNames.Kraken, new KrakenFormat(sources)));
        app.MapGet("/api/v5/market/ticker", context => sources.AnswerAsync(context, PriceSourceNames.Okx, new OkxFormat(sources)));
        app.MapGet("/v5/market/tickers", context => sources.AnswerAsync(context, PriceSourceNames.Bybit, new BybitFormat(sources)));
        await app.StartAsync();
        return sources;
    }

    /// <summary>Lists an asset everywhere at a price.</summary>
    public FakePriceSources Set(string asset, decimal price)
    {
        foreach (var name in Names)
        {
            Set(name, asset, price);
        }

        return this;
    }

    /// <summary>Lists an asset at one source.</summary>
    public FakePriceSources Set(string source, string asset, decimal price)
    {
        _prices[(source, asset)] = price;
        return this;
    }

    /// <summary>Takes an asset off one source.</summary>
    public void Remove(string source, string asset) => _prices.TryRemove((source, asset), out _);

    /// <summary>Lets a source misbehave from now on.</summary>
    public void Break(string source, PriceFault fault) => _faults[source] = fault;

    /// <summary>How many requests a source has had.</summary>
    public int RequestsOf(string source) => _requests.GetValueOrDefault(source);

    /// <summary>Lets every request wait until <see cref="Release"/>.</summary>
    public void Hold() => Interlocked.Exchange(ref _gate, new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Lets requests go on.</summary>
    public void Release() => Volatile.Read(ref _gate).TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Release();
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>The price as a format shows it; <see langword="null"/> when the asset is not listed.</summary>
    internal decimal? PriceOf(string source, string asset) => _prices.TryGetValue((source, asset), out var price)
        ? FaultOf(source) switch
        {
            PriceFault.Zero => 0,
            PriceFault.Negative => -price,
            PriceFault.Huge => 1e26m,
            _ => price,
        }
        : null;

    /// <summary>When the price held.</summary>
    internal DateTimeOffset TimeOf(string source) => _clock.GetUtcNow() - (FaultOf(source) == PriceFault.Stale ? TimeSpan.FromHours(1) : TimeSpan.Zero);

    /// <summary>A price as JSON: text, or what cannot be a price.</summary>
    internal object Text(string source, decimal price) => FaultOf(source) == PriceFault.WrongTypes ? new { not = "a price" } : price.ToString(CultureInfo.InvariantCulture);

    /// <summary>A price as JSON: a number, or what cannot be a price.</summary>
    internal object Number(string source, decimal price) => FaultOf(source) == PriceFault.WrongTypes ? "NaN" : price;

    /// <summary>Whether an asset is left out although it is listed.</summary>
    internal bool LeavesOut(string source, string asset) => FaultOf(source) == PriceFault.Partial && asset != "BTC";

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private PriceFault FaultOf(string source) => _faults.GetValueOrDefault(source);

    private async Task AnswerAsync(HttpContext context, string source, ITickerFormat format)
    {
        _requests.AddOrUpdate(source, 1, (_, count) => count + 1);
        Paths.Enqueue(context.Request.Path + context.Request.QueryString.ToString());
        var gate = Volatile.Read(ref _gate).Task;
        Interlocked.Increment(ref _held);
        await gate;
        Interlocked.Decrement(ref _held);
        if (context.Request.Headers.UserAgent.Count == 0 && source != PriceSourceNames.Binance)
        {
            context.Response.StatusCode = 403;
            return;
        }

        switch (FaultOf(source))
        {
            case PriceFault.Hang:
                Interlocked.Increment(ref _hanging);
                await LoopbackServer.HangAsync(context, _stop.Token);
                Interlocked.Decrement(ref _hanging);
                break;
            case PriceFault.Reset:
                context.Abort();
                break;
            case PriceFault.ServerError:
                await SayAsync(context, 500, "<html>oops</html>");
                break;
            case PriceFault.Forbidden:
                await SayAsync(context, 403, "<html>Access denied</html>");
                break;
            case PriceFault.TooMany:
                context.Response.Headers.RetryAfter = "30";
                await SayAsync(context, 429, "Too many requests");
                break;
            case PriceFault.Banned:
                context.Response.Headers.RetryAfter = "120";
                await SayAsync(context, 418, """{"code":-1003,"msg":"Way too much request weight used"}""");
                break;
            case PriceFault.Restricted:
                await SayAsync(context, 451, """{"code":0,"msg":"Service unavailable from a restricted location according to 'b. Eligibility'"}""");
                break;
            case PriceFault.ErrorInside:
                await context.Response.WriteAsJsonAsync(format.Error());
                break;
            case PriceFault.Garbage:
                await SayAsync(context, 200, "<html>Down for maintenance</html>");
                break;
            default:
                var (status, body) = format.Answer(context.Request);
                context.Response.StatusCode = status;
                await context.Response.WriteAsJsonAsync(body);
                break;
        }
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
