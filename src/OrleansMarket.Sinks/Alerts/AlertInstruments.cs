using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Measures the delivery of alerts. Every instrument has a row in <c>docs/metrics.md</c>.</summary>
public sealed class AlertInstruments
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _delay;

    /// <summary>Creates the instruments.</summary>
    public AlertInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(SinkMeter.Name);
        _messages = meter.CreateCounter<long>("market.alert.messages", "{message}", "Alert messages put into the outbox.");
        _attempts = meter.CreateCounter<long>("market.alert.attempts", "{attempt}", "Attempts to deliver an alert message, by channel and outcome.");
        _delay = meter.CreateHistogram<double>("market.alert.delay", "s", "Time from putting a message together to its recorded delivery, by channel.");
    }

    internal void OnQueued(int messages) => _messages.Add(messages);

    /// <summary>Shows every outcome of an output before there is any: Prometheus sees no increase in a counter that appears with its first failure.</summary>
    internal void OnStarted(string channel)
    {
        foreach (var outcome in Enum.GetValues<DeliveryStatus>())
        {
            _attempts.Add(0, TagsOf(channel, outcome));
        }
    }

    internal void OnAttempt(string channel, DeliveryStatus outcome, TimeSpan age)
    {
        _attempts.Add(1, TagsOf(channel, outcome));
        if (outcome == DeliveryStatus.Delivered && _delay.Enabled)
        {
            _delay.Record(age.TotalSeconds, new TagList { { "market.channel", channel } });
        }
    }

    private static TagList TagsOf(string channel, DeliveryStatus outcome) => new() { { "market.channel", channel }, { "market.outcome", WireName.Of(outcome) } };
}
