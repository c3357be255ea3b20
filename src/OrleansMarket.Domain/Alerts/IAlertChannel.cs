namespace OrleansMarket.Domain.Alerts;

/// <summary>One output for alert messages. One caller at a time.</summary>
public interface IAlertChannel
{
    /// <summary>Gets the name: slack, console, file. Two outputs of one host differ in it.</summary>
    string Name { get; }

    /// <summary>Gets the least time between two sends.</summary>
    TimeSpan MinInterval { get; }

    /// <summary>Sends one message. Whatever the output answers is a value; throws only when cancelled.</summary>
    /// <param name="entry">The message; <see cref="OutboxEntry.PossibleRepeat"/> is to be shown.</param>
    /// <param name="first">The delivered entry that first told the alert on this channel, for amendments; or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken);
}
