using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Makes the outside's view of an alert from its records.</summary>
public static class AlertViews
{
    /// <summary>The view of one alert.</summary>
    /// <param name="records">The records of one key, in the order in which they were first written; at least one.</param>
    /// <exception cref="ArgumentException">There is no record.</exception>
    public static AlertView From(IReadOnlyList<AlertRecord> records)
    {
        if (records.Count == 0)
        {
            throw new ArgumentException("expected at least one record", nameof(records));
        }

        AlertRecord? state = null, firing = null, resolved = null, told = null;
        var withdrawn = false;
        foreach (var record in records)
        {
            var transition = record.Transition;
            withdrawn |= transition.IsWithdrawn;
            if (transition.State != AlertState.Amended || transition.IsWithdrawn)
            {
                state = record;
            }

            firing = transition.State == AlertState.Firing ? firing ?? record : firing;
            resolved = transition.State == AlertState.Resolved ? record : resolved;
            // The telling that matters is that of the firing; of an alert that never fired, that of its last step.
            told = transition.State == AlertState.Firing || told is null || told.Transition.State is AlertState.Pending ? record : told;
        }

        var last = records[^1].Transition;
        return new()
        {
            Key = last.Key.ToString(),
            RuleId = last.Key.RuleId,
            RuleName = last.RuleName,
            Symbol = last.Key.Symbol,
            Severity = last.Severity,
            State = (state ?? records[^1]).Transition.State,
            IsDataQuality = last.IsDataQuality,
            Started = Micros.ToInstant(last.Key.StartMicros),
            Fired = firing is null ? null : Micros.ToInstant(firing.Transition.TimeMicros),
            Resolved = resolved is null ? null : Micros.ToInstant(resolved.Transition.TimeMicros),
            IsWithdrawn = withdrawn,
            Note = last.Note,
            Value = last.Value,
            Threshold = last.Threshold,
            Price = last.Price == 0 ? null : last.Price,
            Completeness = last.Completeness,
            IsLate = last.IsLate,
            Delivery = NameOf(told!.Delivery),
            DeliveryNote = told.Reason,
        };
    }

    /// <summary>What the API calls a delivery state.</summary>
    public static string NameOf(AlertDelivery delivery) => delivery switch
    {
        AlertDelivery.Delivered => "delivered",
        AlertDelivery.Grouped => "grouped",
        AlertDelivery.Digested => "digest",
        AlertDelivery.Silenced or AlertDelivery.Suppressed => "suppressed",
        AlertDelivery.Failed => "failed",
        _ => "pending",
    };
}
