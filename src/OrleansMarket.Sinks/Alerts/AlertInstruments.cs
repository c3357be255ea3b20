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

    internal void OnAttempt(string channel, DeliveryStatus outcome, TimeSpan age)
    {
        _attempts.Add(1, new TagList { { "market.channel", channel }, { "market.outcome", WireName.Of(outcome) } });
        if (outcome == DeliveryStatus.Delivered && _delay.Enabled)
        {
            _delay.Record(age.TotalSeconds, new TagList { { "market.channel", channel } });
        }
    }
}
