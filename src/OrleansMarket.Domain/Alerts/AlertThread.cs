namespace OrleansMarket.Domain.Alerts;

/// <summary>What the dispatcher remembers of one alert.</summary>
internal sealed class AlertThread
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The firing as it was last recorded: the one to be told where there are two.</summary>
    public AlertRecord? Firing { get; private set; }

    /// <summary>When it was last touched, our clock.</summary>
    public DateTimeOffset TouchedTime { get; private set; }

    /// <summary>Whether a transition was looked at before.</summary>
    public bool Saw(string id) => _seen.Contains(id);

    /// <summary>Takes a record in, new or changed.</summary>
    public void Note(AlertRecord record, DateTimeOffset now)
    {
        _seen.Add(record.Id);
        TouchedTime = now;
        var transition = record.Transition;
        if (transition.State == AlertState.Firing && (Firing is null || Firing.Id == record.Id || transition.SuppressedBecause is null))
        {
            Firing = record;
        }
    }
}
