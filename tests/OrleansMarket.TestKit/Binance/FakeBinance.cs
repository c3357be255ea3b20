using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>
/// The exchange on loopback: market streams and <c>/api/v3</c> over one deterministic tape, on a main host and on a market-data-only host.
/// Nothing happens until a test publishes; what can go wrong is in <see cref="Faults"/>.
/// </summary>
public sealed partial class FakeBinance : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeBinanceOptions _options;
    private readonly Dictionary<string, FakeMarket> _markets;
    private readonly ConcurrentDictionary<FakeConnection, int> _connections = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Queue<DateTimeOffset> _handshakes = new();
    private readonly WeightMeter _weight;
    private readonly RestApi _rest;
    private readonly ExchangeClock _now;
    private readonly CancellationTokenSource _stopping = new();

    // Held while a trade is handed out to all who have subscribed, and while somebody subscribes: a trade is under way on the old connection before the new one has it.
    private readonly Lock _handingOut = new();
    private int _mainPort;
    private int _opened;

    private FakeBinance(FakeTape tape, FakeBinanceOptions options)
    {
        _options = options;
        _markets = tape.Symbols.ToDictionary(pair => pair.Key.Value, pair => new FakeMarket(pair.Value.Spec, pair.Value.Trades));
        _weight = new WeightMeter(options.WeightPerMinute, options.Clock);
        _now = new ExchangeClock(options.Clock, options.ClockOffset);
        _rest = new RestApi(_markets, Faults, _now, options.WeightPerMinute);
        _app = LoopbackServer.Build(ports: 2);
        _app.UseWebSockets();
        _app.Run(HandleAsync);
    }

    /// <summary>Gets the main REST host.</summary>
    public Uri RestUri { get; private set; } = null!;

    /// <summary>Gets the REST host without <c>historicalTrades</c>.</summary>
    public Uri MarketDataRestUri { get; private set; } = null!;

    /// <summary>Gets the main stream host.</summary>
    public Uri StreamUri { get; private set; } = null!;

    /// <summary>Gets the market-data-only stream host.</summary>
    public Uri MarketDataStreamUri { get; private set; } = null!;

    /// <summary>Gets what is wrong.</summary>
    public Faults Faults { get; } = new();

    /// <summary>Gets or sets whether the exchange's clock moves on to trades that happen ahead of it. If not, trades run ahead of it, and no second of them is over by the clock.</summary>
    public bool ClockFollowsTrades
    {
        get => _now.FollowsTrades;
        set => _now.FollowsTrades = value;
    }

    /// <summary>Gets how many stream connections are open.</summary>
    public int OpenConnections => _connections.Count;

    /// <summary>Gets how many stream connections were ever opened. Those that are counted here are among <see cref="OpenConnections"/> until they end.</summary>
    public int OpenedConnections => Volatile.Read(ref _opened);

    /// <summary>Gets every REST request so far, path and query, oldest first.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Gets the streams subscribed now, over all connections.</summary>
    public IReadOnlySet<string> Subscriptions => SubscriptionsAfter(0);

    /// <summary>Starts the exchange on two free ports of the loopback address.</summary>
    public static async Task<FakeBinance> StartAsync(FakeTape tape, FakeBinanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var fake = new FakeBinance(tape, options ?? new FakeBinanceOptions());
        await fake._app.StartAsync();
        var ports = fake._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Port).ToArray();
        fake._mainPort = ports[0];
        fake.RestUri = new Uri($"http://127.0.0.1:{ports[0]}");
        fake.StreamUri = new Uri($"ws://127.0.0.1:{ports[0]}");
        fake.MarketDataRestUri = new Uri($"http://127.0.0.1:{ports[1]}");
        fake.MarketDataStreamUri = new Uri($"ws://127.0.0.1:{ports[1]}");
        return fake;
    }

    /// <summary>The streams subscribed now on connections opened after the first <paramref name="opened"/> ones.</summary>
    public IReadOnlySet<string> SubscriptionsAfter(int opened) =>
        _connections.Where(connection => connection.Value > opened).SelectMany(connection => connection.Key.Streams).ToHashSet(StringComparer.Ordinal);

    /// <summary>The trades of a symbol that have happened, by id.</summary>
    public IReadOnlyList<Print> Trades(Symbol symbol) => _markets[symbol.Value].Happened;

    /// <summary>The candles of what has happened, undisturbed; windows without trades are absent.</summary>
    public IReadOnlyList<TrueCandle> Candles(Symbol symbol, CandleInterval interval) => Candles(symbol, interval, 0, long.MaxValue);

    /// <summary>The candles of what has happened in [from, to), undisturbed; windows without trades are absent.</summary>
    public IReadOnlyList<TrueCandle> Candles(Symbol symbol, CandleInterval interval, long fromMicros, long toMicros)
    {
        var market = _markets[symbol.Value];
        var (first, end) = (market.CountBefore(fromMicros), Math.Min(market.CountBefore(toMicros), market.Published));
        return TrueCandle.Of(market.Spec, market.Happened.Take(first..end), interval.LengthMicros);
    }

    /// <summary>Bans the address, as after ignored 429s: every request is answered 418 until then.</summary>
    public void Ban(TimeSpan length) => _weight.Ban(length);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Cut();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var isMain = context.Connection.LocalPort == _mainPort;
        if (isMain && Faults.Restricted)
        {
            await WriteErrorAsync(context, 451, 0, "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms.");
        }
        else if (context.Request.Path.StartsWithSegments("/api/v3", out var endpoint))
        {
            _requests.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            await HandleRestAsync(context, endpoint.Value!.TrimStart('/'), isMain);
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            await HandleStreamAsync(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task HandleRestAsync(HttpContext context, string endpoint, bool isMain)
    {
        var (status, wait, bannedUntil) = _weight.Take(RestApi.WeightOf(endpoint, context.Request.Query));
        context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = context.Response.Headers["X-MBX-USED-WEIGHT"] = $"{_weight.Used}";
        if (status != 200)
        {
            await WriteLimitAsync(context, status, wait, bannedUntil);
            return;
        }

        if (Faults.TakeRestFault(endpoint) is { } fault)
        {
            await WriteFaultAsync(context, fault);
            return;
        }

        try
        {
            var microseconds = context.Request.Headers["X-MBX-TIME-UNIT"].ToString().Equals("MICROSECOND", StringComparison.OrdinalIgnoreCase);
            if (_rest.Answer(endpoint, context.Request.Query, microseconds, !isMain) is { } answer)
            {
                await context.Response.WriteAsJsonAsync(answer, answer.GetType(), (JsonSerializerOptions?)JsonSerializerOptions.Default);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }
        catch (RestException refusal)
        {
            await WriteErrorAsync(context, refusal.Status, refusal.Code, refusal.Message);
        }
    }

    private async Task WriteFaultAsync(HttpContext context, Faults.RestFault fault)
    {
        if (fault.Body is not null)
        {
            context.Response.StatusCode = fault.Status;
            await context.Response.WriteAsync(fault.Body);
        }
        else if (fault.Status is 418 or 429)
        {
            await WriteLimitAsync(context, fault.Status, fault.RetryAfter, _options.Clock.GetUtcNow() + (fault.RetryAfter ?? TimeSpan.FromMinutes(2)));
        }
        else
        {
            SetRetryAfter(context, fault.RetryAfter);
            await WriteErrorAsync(context, fault.Status, -1000, "An unknown error occurred while processing the request.");
        }
    }

    private Task WriteLimitAsync(HttpContext context, int status, TimeSpan? wait, DateTimeOffset bannedUntil)
    {
        SetRetryAfter(context, wait);
        return WriteErrorAsync(
            context,
            status,
            -1003,
            status == 418
                ? $"Way too much request weight used; IP banned until {bannedUntil.ToUnixTimeMilliseconds()}. Please use WebSocket Streams for live updates to avoid bans."
                : $"Too much request weight used; current limit is {_options.WeightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.");
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan? wait)
    {
        if (wait is { } pause)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static Task WriteErrorAsync(HttpContext context, int status, int code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { code, msg = message }, context.RequestAborted);
    }
}
