using System.Diagnostics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Telemetry;

/// <summary>
/// Follows a share of the batches of trades from their frame through stream and engine, and every alert from the frame that raised it until it is told.
/// What is not followed costs one random number per batch.
/// </summary>
/// <param name="share">How many of the batches are followed, 0 to 1.</param>
public sealed class TradeTraces(double share)
{
    /// <summary>The name of the source of these spans.</summary>
    public const string SourceName = "OrleansMarket.Grains";

    /// <summary>A batch from its first frame until the stream has taken it.</summary>
    public const string Publish = "market.trades.publish";

    /// <summary>A batch in the engine.</summary>
    public const string Apply = "market.trades.apply";

    /// <summary>Trades that raised an alert, from the frame that brought them; only where their batch is not followed.</summary>
    public const string Raise = "market.alert.raise";

    /// <summary>Alerts from the engine to the alert log.</summary>
    public const string HandOn = "market.alert.hand-on";

    /// <summary>Alerts into the alert log.</summary>
    public const string Record = "market.alert.record";

    private const string Carrier = "market.trace";
    private const string SymbolTag = "market.symbol";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins to follow a batch, or not.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="receivedMicros">When its first print was read, our clock, µs.</param>
    /// <param name="count">How many prints it holds.</param>
    internal Activity? BeginPublish(Symbol symbol, long receivedMicros, int count) =>
        share > 0 && Source.HasListeners() && Random.Shared.NextDouble() < share
            ? Root(Publish, ActivityKind.Producer, receivedMicros)?.SetTag(SymbolTag, symbol.Value).SetTag("market.prints", count)
            : null;

    /// <summary>Goes on following a batch that is followed.</summary>
    internal static Activity? BeginApply(Symbol symbol, string? trace) =>
        trace is not null && ActivityContext.TryParse(trace, null, isRemote: true, out var parent)
            ? Source.StartActivity(Apply, ActivityKind.Consumer, parent)?.SetTag(SymbolTag, symbol.Value)
            : null;

    /// <summary>Begins the trace of an alert whose trades are not followed.</summary>
    /// <param name="symbol">Their symbol.</param>
    /// <param name="receivedMicros">When the newest of them was read, our clock, µs; 0 when none was.</param>
    internal static ActivityContext? Raised(Symbol symbol, long receivedMicros)
    {
        using var raised = Source.HasListeners() ? Root(Raise, ActivityKind.Internal, receivedMicros) : null;
        return raised?.SetTag(SymbolTag, symbol.Value).Context;
    }

    /// <summary>Hands alerts on; the grain that takes them goes on by <see cref="BeginRecord"/>. The first alert's trace goes on, the others are linked.</summary>
    internal static Activity? BeginHandOn(Symbol symbol, IReadOnlyList<ActivityContext> raised)
    {
        var activity = raised.Count == 0 ? null : Source.StartActivity(HandOn, ActivityKind.Producer, raised[0], links: raised.Skip(1).Select(context => new ActivityLink(context)));
        if (activity?.Id is { } trace)
        {
            RequestContext.Set(Carrier, trace);
        }

        return activity?.SetTag(SymbolTag, symbol.Value);
    }

    /// <summary>Goes on with alerts that another grain hands on.</summary>
    internal static Activity? BeginRecord(int count) =>
        RequestContext.Get(Carrier) is string trace && ActivityContext.TryParse(trace, null, isRemote: true, out var parent)
            ? Source.StartActivity(Record, ActivityKind.Consumer, parent)?.SetTag("market.alerts", count)
            : null;

    /// <summary>A span without a parent, whatever runs around it.</summary>
    private static Activity? Root(string name, ActivityKind kind, long startMicros)
    {
        var around = Activity.Current;
        Activity.Current = null;
        var root = Source.StartActivity(name, kind, default(ActivityContext), startTime: startMicros > 0 ? DateTimeOffset.UnixEpoch.AddMicroseconds(startMicros) : default);
        if (root is null)
        {
            Activity.Current = around;
        }

        return root;
    }
}
