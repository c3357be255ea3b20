using System.Diagnostics;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Remembers by which traces alerts came, until they are told.</summary>
public interface IAlertTraces
{
    /// <summary>These transitions came by that trace.</summary>
    void Remember(IReadOnlyCollection<AlertTransition> transitions, ActivityContext trace);
}
