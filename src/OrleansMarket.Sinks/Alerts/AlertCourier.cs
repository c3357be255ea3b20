using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>
/// Takes the messages of one channel out of the outbox, one after the other: records "sending", sends, records the end, and only then looks at
/// the next. Time and chance are handed in. One caller at a time.
/// </summary>
public sealed class AlertCourier(IAlertStore store, IAlertChannel channel, OutboxOptions options, AlertTraces? traces = null)
{
    private OutboxEntry? _unrecorded;

    // A timestamp, since the wall clock may be set. Nobody knows when the courier before sent its last message: it may have been a moment ago.
    private long? _lastSend;

    /// <summary>Gets the channel's name.</summary>
    public string Channel => channel.Name;

    /// <summary>
    /// Does one step: sends at most one message.
    /// </summary>
    /// <param name="clock">Our clock: it is read before and after sending.</param>
    /// <param name="jitter">A random number in [0, 1).</param>
    /// <param name="sending">Cuts a send that is under way; what was begun stays begun.</param>
    /// <param name="cancellationToken">Gives up between sends.</param>
    public async Task<CourierStep> StepAsync(TimeProvider clock, double jitter, CancellationToken sending, CancellationToken cancellationToken)
    {
        _lastSend ??= clock.GetTimestamp();

        // A success that could not be written yet comes before everything else: until it is, nothing more is sent.
        if (_unrecorded is { } unrecorded)
        {
            await RecordAsync(unrecorded, cancellationToken).ConfigureAwait(false);
            _unrecorded = null;
        }

        if (await store.ReadNextAsync(channel.Name, cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return default;
        }

        var now = clock.GetUtcNow();
        var earliest = now + channel.MinInterval - clock.GetElapsedTime(_lastSend.Value);
        earliest = entry.NextAttemptTime > earliest ? entry.NextAttemptTime : earliest;
        if (earliest > now)
        {
            return new(earliest, null, null);
        }

        var first = entry.Message.FirstMessageId is { } firstId
            ? (await store.ReadEntriesAsync(firstId, cancellationToken).ConfigureAwait(false))
                .FirstOrDefault(known => known.Channel == channel.Name && known.Status == OutboxStatus.Delivered)
            : null;
        entry = OutboxPolicy.Begin(entry);
        await store.CommitAsync(new([], [entry]), cancellationToken).ConfigureAwait(false);
        using var followed = traces?.BeginSend(entry);
        var delivery = await channel.SendAsync(entry, first, sending).ConfigureAwait(false);
        AlertTraces.End(followed, delivery.Status);
        var sent = clock.GetUtcNow();
        _lastSend = clock.GetTimestamp();
        entry = OutboxPolicy.End(entry, delivery, sent, jitter, options);
        _unrecorded = entry;
        // Not cancelled with the rest: what was sent is to be written, or a stop would look like a crash.
        await RecordAsync(entry, CancellationToken.None).ConfigureAwait(false);
        _unrecorded = null;
        return new(entry.Status == OutboxStatus.Queued ? entry.NextAttemptTime : sent + channel.MinInterval, entry, delivery.Status);
    }

    private async Task RecordAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        await store.CommitAsync(new(await JudgeAsync(entry, cancellationToken).ConfigureAwait(false), [entry]), cancellationToken).ConfigureAwait(false);
        if (entry.IsEnded)
        {
            // Two channels that end at the same moment do not see each other's end above; the later one does here.
            var records = await JudgeAsync(entry, cancellationToken).ConfigureAwait(false);
            if (records.Count > 0)
            {
                await store.CommitAsync(new(records, []), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IReadOnlyList<AlertRecord>> JudgeAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.IsEnded)
        {
            return [];
        }

        var entries = await store.ReadEntriesAsync(entry.Message.Id, cancellationToken).ConfigureAwait(false);
        if (OutboxPolicy.OutcomeOf([.. entries.Select(known => known.Channel == entry.Channel ? entry : known)]) is not { } outcome)
        {
            return [];
        }

        var records = await store.FindRecordsAsync([.. entry.Message.Transitions.Select(transition => transition.Id)], cancellationToken).ConfigureAwait(false);
        return [.. records
            .Where(record => record.MessageId == entry.Message.Id && record.Delivery == AlertDelivery.Queued)
            .Select(record => record with { Delivery = outcome.Delivery, Reason = outcome.Reason ?? record.Reason })];
    }
}

/// <summary>What one step did.</summary>
/// <param name="NextTime">When the next step makes sense; <see langword="null"/> when the outbox is empty.</param>
/// <param name="Entry">The entry after the attempt; <see langword="null"/> when nothing was sent.</param>
/// <param name="Outcome">How the attempt went.</param>
public readonly record struct CourierStep(DateTimeOffset? NextTime, OutboxEntry? Entry, DeliveryStatus? Outcome);
