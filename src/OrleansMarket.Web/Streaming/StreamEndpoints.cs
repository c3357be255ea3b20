using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Streaming;

/// <summary>Serves live events as Server-Sent Events.</summary>
internal static class StreamEndpoints
{
    private static readonly string[] Kinds = ["trade", "candle", "market", "whale", "alert", "gap", "price"];

    public static void MapStream(this IEndpointRouteBuilder routes) => routes
        .MapGet("/stream", OpenAsync)
        .Describe("openStream", "Market", "Live events",
            "Server-Sent Events: `hello` first, then `trade` (sampled), `candle` (closed, revised or running), `market` (a symbol's line), `whale`, `alert`, `gap` and `price` (an asset in USD, at most once a second); " +
            "`heartbeat` in between. Data is JSON: the schemas StreamHello, StreamEvent (the payload under the name of its kind) and StreamHeartbeat. Nothing is replayed after a reconnect (`Last-Event-ID` is accepted and ignored): " +
            "read the state again and go on. A reader too slow loses the oldest events; `dropped` counts them.")
        .WithQuery(
            new QueryParameter("symbols", "Only these pairs, separated by commas; all when absent.", QueryParameter.Text(), "BTCUSDT,ETHUSDT"),
            new QueryParameter("kinds", $"Only these kinds, separated by commas: {string.Join(", ", Kinds)}; all when absent.", QueryParameter.Text(), "market,whale"),
            new QueryParameter("focus", "Trades and candles only of this pair (the other kinds of all); all when absent.", QueryParameter.Text(), "BTCUSDT"),
            QueryParameter.OneOf("interval", "Candles only of this interval; all when absent.", CandleInterval.Names, null, "1m"),
            QueryParameter.Numbers())
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .MayFail(503);

    private static async Task<IResult> OpenAsync(
        HttpContext context, IMarket market, StreamSlots slots, TimeProvider clock, IOptions<MarketWebOptions> options,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var watch = new WatchQuery(query.Symbols("symbols"), query.Choices("kinds", Kinds));
        var focus = new StreamFocus(query.Symbol("focus"), query.Text("interval"));
        if (query.IsWrong(out var problem))
        {
            return problem;
        }

        var feed = market.Source;
        var client = ClientAddress.Of(context);
        if (slots.TryTake(client) is { } limit)
        {
            return Problems.TooManyStreams(limit);
        }

        // The slot is returned however the request ends, even if the stream is never read.
        context.Response.OnCompleted(() =>
        {
            slots.Return(client);
            return Task.CompletedTask;
        });
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var session = new StreamSession(market, clock, options.Value.Heartbeat, ApiResult.OptionsFor(context));
        return TypedResults.ServerSentEvents(session.ReadAsync(watch, focus, feed, lifetime.ApplicationStopping, cancellationToken));
    }
}
