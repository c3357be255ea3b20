namespace OrleansMarket.Domain.Alerts;

/// <summary>Takes alerts from the log to the outbox and messages from the outbox to the outputs. Runs once in the whole product.</summary>
public interface IAlertDelivery
{
    /// <summary>Gets what is wrong with the outputs, for people, or <see langword="null"/>.</summary>
    string? Trouble { get; }

    /// <summary>Delivers until stopped; a send that is under way may end.</summary>
    Task RunAsync(CancellationToken stoppingToken);
}
