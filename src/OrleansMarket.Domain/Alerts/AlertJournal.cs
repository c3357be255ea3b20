namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Moves transitions from the log to the outbox: reads what is new, lets the dispatcher decide, writes decisions and messages in one
/// transaction. One caller at a time; time is handed in. A crash between two calls loses nothing: what was not decided is still new.
/// </summary>
/// <param name="store">The log and the outbox.</param>
/// <param name="dispatcher">Decides.</param>
/// <param name="channels">The names of the outputs; none means that nothing is told and the log says so.</param>
public sealed class AlertJournal(IAlertStore store, AlertDispatcher dispatcher, IReadOnlyList<string> channels)
{
    /// <summary>How many new records are looked at in one transaction.</summary>
    public const int BatchSize = 500;

    /// <summary>Goes on where the last process stopped. Call once, first.</summary>
    public async Task OpenAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        dispatcher.Restore(
            await store.ReadWaitingAsync(cancellationToken).ConfigureAwait(false),
            await store.ReadMessagesAsync(now - dispatcher.BudgetPeriod, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Decides about everything new and closes what is due; answers how many messages went to the outbox. When it throws, nothing of the last
    /// transaction was written: build a new journal and open it.
    /// </summary>
    public async Task<int> PumpAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var messages = 0;
        while (true)
        {
            var records = await store.ReadNewAsync(BatchSize, cancellationToken).ConfigureAwait(false);
            if (records.Count > 0 || dispatcher.WaitsForSilence || dispatcher.NextDue <= now)
            {
                dispatcher.SetRules(await store.ReadRulesAsync(cancellationToken).ConfigureAwait(false) ?? DefaultAlertRules.All);
                dispatcher.SetSilences(await store.ReadSilencesAsync(cancellationToken).ConfigureAwait(false));
            }

            // Once before, so that nothing new joins a group whose time is over; once after, for a window of zero.
            dispatcher.Tick(now);
            foreach (var record in records)
            {
                var key = record.Transition.Key;
                if (!dispatcher.Knows(key))
                {
                    dispatcher.Remember(key, await store.ReadAlertAsync(key, cancellationToken).ConfigureAwait(false), now);
                }

                dispatcher.Accept(record, now);
            }

            dispatcher.Tick(now);
            var plan = dispatcher.TakePlan();
            messages += plan.Messages.Count;
            var commit = ToCommit(plan);
            if (!commit.IsEmpty)
            {
                await store.CommitAsync(commit, cancellationToken).ConfigureAwait(false);
            }

            if (records.Count < BatchSize)
            {
                return messages;
            }
        }
    }

    private AlertCommit ToCommit(DispatchPlan plan)
    {
        if (channels.Count > 0)
        {
            return new(plan.Records, [.. plan.Messages.SelectMany(message => channels.Select(channel => new OutboxEntry
            {
                Message = message,
                Channel = channel,
                NextAttemptTime = message.CreatedTime,
            }))]);
        }

        return new([.. plan.Records.Select(record => record.Delivery == AlertDelivery.Queued
            ? record with { Delivery = AlertDelivery.Suppressed, Reason = "no output is configured" }
            : record)], []);
    }
}
