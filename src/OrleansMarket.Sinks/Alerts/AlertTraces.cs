using System.Diagnostics;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>
/// Goes on with the traces of alerts when their message is sent. They are remembered in this process only: after a restart an alert is told without its
/// trace. Safe for several callers.
/// </summary>
public sealed class AlertTraces : IAlertTraces
{
    /// <summary>The name of the source of these spans.</summary>
    public const string SourceName = "OrleansMarket.Sinks";

    /// <summary>An attempt to deliver a message.</summary>
    public const string Send = "market.alert.send";

    private const int Most = 1_000;

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ActivityContext> _traces = [];
    private readonly Queue<string> _order = new();

    /// <inheritdoc/>
    public void Remember(IReadOnlyCollection<AlertTransition> transitions, ActivityContext trace)
    {
        lock (_lock)
        {
            foreach (var id in transitions.Select(transition => transition.Id))
            {
                if (_traces.TryAdd(id, trace))
                {
                    _order.Enqueue(id);
                }
            }

            while (_order.Count > Most)
            {
                _traces.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Begins an attempt; <see langword="null"/> when nobody follows any of the message's alerts. The first trace goes on, the others are linked.</summary>
    internal Activity? BeginSend(OutboxEntry entry)
    {
        ActivityContext[] traces;
        lock (_lock)
        {
            traces = [.. entry.Message.Transitions.Where(told => _traces.ContainsKey(told.Id)).Select(told => _traces[told.Id]).Distinct()];
        }

        return traces.Length == 0
            ? null
            : Source.StartActivity(Send, ActivityKind.Client, traces[0], links: traces.Skip(1).Select(trace => new ActivityLink(trace)))
                ?.SetTag("market.channel", entry.Channel).SetTag("market.alerts", entry.Message.Transitions.Count).SetTag("market.attempt", entry.Attempts);
    }

    /// <summary>Notes how the attempt went.</summary>
    internal static void End(Activity? attempt, DeliveryStatus outcome) => attempt
        ?.SetTag("market.outcome", WireName.Of(outcome))
        .SetStatus(outcome == DeliveryStatus.Delivered ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
}
