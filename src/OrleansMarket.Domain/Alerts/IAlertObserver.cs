namespace OrleansMarket.Domain.Alerts;

/// <summary>Hears of alert transitions, in order.</summary>
public interface IAlertObserver
{
    /// <summary>An alert changed state.</summary>
    void OnAlert(AlertTransition transition);
}
