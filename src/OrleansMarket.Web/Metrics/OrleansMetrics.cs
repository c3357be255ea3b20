using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace OrleansMarket.Web.Metrics;

/// <summary>Which of Orleans' own instruments are shown: those that somebody can act on. docs/metrics.md says how.</summary>
internal static class OrleansMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Microsoft.Orleans";

    // orleans-app-requests-latency-bucket is left out: each band is counted by itself, so a quantile of it would be wrong.
    private static readonly FrozenSet<string> Shown = new[]
    {
        "orleans-app-requests-latency-count", "orleans-app-requests-latency-sum", "orleans-app-requests-timedout", "orleans-app-requests-canceled",
        "orleans-grains", "orleans-catalog-activations", "orleans-catalog-activation-created", "orleans-catalog-activation-destroyed",
        "orleans-catalog-activation-failed-to-activate", "orleans-catalog-activation-latency", "orleans-catalog-activation-shutdown",
        "orleans-messaging-sent-failed", "orleans-messaging-sent-dropped", "orleans-messaging-expired", "orleans-messaging-rejected", "orleans-messaging-rerouted",
        "orleans-messaging-pings-sent", "orleans-messaging-pings-reply-missed",
        "orleans-networking-sockets-opened", "orleans-networking-sockets-closed", "orleans-gateway-connected-clients", "orleans-gateway-load-shedding",
        "orleans-reminders-active", "orleans-reminders-ticks-delivered", "orleans-reminders-tardiness",
        "orleans-scheduler-long-running-turns",
        "orleans-storage-read-latency", "orleans-storage-write-latency", "orleans-storage-clear-latency",
        "orleans-storage-read-errors", "orleans-storage-write-errors", "orleans-storage-clear-errors",
        "orleans-streams-persistent-stream-messages-read", "orleans-streams-persistent-stream-messages-sent", "orleans-streams-persistent-stream-pulling-agents",
        "orleans-streams-queue-read-failures",
        "orleans-watchdog-health-checks", "orleans-watchdog-health-checks-failed",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether an instrument is Orleans' and not shown.</summary>
    public static bool IsLeftOut(Instrument instrument) => instrument.Meter.Name == MeterName && !Shown.Contains(instrument.Name);
}
