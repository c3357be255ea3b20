namespace OrleansMarket.Domain.Alerts;

/// <summary>Somebody else tells alerts by now: nothing was written, and nothing more is to be sent.</summary>
public sealed class AlertTermEndedException() : Exception("expected to be the one who tells alerts, found that a later one has begun");
