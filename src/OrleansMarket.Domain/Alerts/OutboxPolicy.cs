using System.Globalization;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// The states of a message on its way to one output. Pure. An entry is written as <see cref="OutboxStatus.Sending"/> before the attempt and as
/// what came of it before the next send on that channel; so after a crash at most one entry per channel is found sending, and that one
/// is sent again marked as a possible repeat.
/// </summary>
public static class OutboxPolicy
{
    /// <summary>Begins an attempt. What is found sending was begun before and its end is unknown.</summary>
    public static OutboxEntry Begin(OutboxEntry entry) => entry with
    {
        PossibleRepeat = entry.PossibleRepeat || entry.Status == OutboxStatus.Sending,
        Status = OutboxStatus.Sending,
        Attempts = entry.Attempts + 1,
    };

    /// <summary>Takes in how the attempt went.</summary>
    /// <param name="entry">The entry as <see cref="Begin"/> left it.</param>
    /// <param name="delivery">How it went.</param>
    /// <param name="now">Our clock.</param>
    /// <param name="jitter">A random number in [0, 1): full jitter over the back-off.</param>
    /// <param name="options">Limits.</param>
    public static OutboxEntry End(OutboxEntry entry, Delivery delivery, DateTimeOffset now, double jitter, OutboxOptions options)
    {
        if (delivery.Status == DeliveryStatus.Delivered)
        {
            return entry with { Status = OutboxStatus.Delivered, DeliveredTime = now, Receipt = delivery.Receipt, Error = null };
        }

        entry = entry with
        {
            Error = delivery.Reason ?? WireName.Of(delivery.Status),
            PossibleRepeat = entry.PossibleRepeat || delivery.Status == DeliveryStatus.Unknown,
        };
        var wait = BackOff(entry.Attempts, delivery.RetryAfter, jitter, options);
        if (delivery.Status == DeliveryStatus.GiveUp)
        {
            return entry with { Status = OutboxStatus.GaveUp };
        }

        if (now + wait - entry.Message.CreatedTime > options.MaxAge)
        {
            var doubt = entry.PossibleRepeat ? "; it may have arrived" : "";
            return entry with
            {
                Status = OutboxStatus.GaveUp,
                Error = string.Create(CultureInfo.InvariantCulture, $"{entry.Error}; given up after {entry.Attempts} attempts{doubt}"),
            };
        }

        return entry with { Status = OutboxStatus.Queued, NextAttemptTime = now + wait };
    }

    /// <summary>
    /// What became of the transitions of a message: failed when no output took it, else delivered, with the outputs that did not take it as the
    /// reason. <see langword="null"/> while an output may still take it.
    /// </summary>
    /// <param name="entries">The entries of the message, one per channel; at least one.</param>
    public static (AlertDelivery Delivery, string? Reason)? OutcomeOf(IReadOnlyList<OutboxEntry> entries)
    {
        if (entries.Any(entry => !entry.IsEnded))
        {
            return null;
        }

        var reason = string.Join("; ", entries.Where(entry => entry.Status == OutboxStatus.GaveUp).Select(entry => $"{entry.Channel}: {entry.Error}"));
        var delivery = entries.All(entry => entry.Status == OutboxStatus.GaveUp) ? AlertDelivery.Failed : entries[0].Message.Kind switch
        {
            OutboxKind.Group => AlertDelivery.Grouped,
            OutboxKind.Digest => AlertDelivery.Digested,
            _ => AlertDelivery.Delivered,
        };
        return (delivery, reason.Length == 0 ? null : reason);
    }

    private static TimeSpan BackOff(int attempts, TimeSpan? retryAfter, double jitter, OutboxOptions options)
    {
        var cap = Math.Min(options.MaxBackOff.TotalSeconds, options.BackOff.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 30)));
        var wait = TimeSpan.FromSeconds(cap * jitter);
        // What the output asks for is a lower bound; a little jitter on top keeps several of us from returning at the same instant.
        return retryAfter is { } asked ? asked + TimeSpan.FromSeconds(Math.Min(1, cap) * jitter) : wait;
    }
}

/// <summary>Limits of delivery.</summary>
public sealed record OutboxOptions
{
    /// <summary>Gets the back-off after the first failure; doubled with each. Default: 2 seconds.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the longest back-off. Default: 5 minutes.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the age at which a message is given up. Default: 24 hours.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);
}
