using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Where one rule stands on one symbol. Data only; <see cref="SymbolAlerts"/> moves it.</summary>
internal sealed class RuleTrack(AlertRule rule)
{
    /// <summary>The rule in force.</summary>
    public AlertRule Rule { get; set; } = rule;

    /// <summary>Where the alert stands.</summary>
    public TrackPhase Phase { get; set; }

    /// <summary>When the condition began to hold, µs; names the alert.</summary>
    public long StartMicros { get; set; }

    /// <summary>When it fired, µs.</summary>
    public long FiredMicros { get; set; }

    /// <summary>The value at <see cref="FiredMicros"/>, corrected by amendments.</summary>
    public double FiredValue { get; set; }

    /// <summary>The last known value.</summary>
    public double LastValue { get; set; }

    /// <summary>The last second in which the figure was known (for events: in which one came), µs.</summary>
    public long LastKnownMicros { get; set; }

    /// <summary>Whether the firing was handed out to be told.</summary>
    public bool Told { get; set; }

    /// <summary>Why the firing was held back, while it is not told.</summary>
    public string? HeldBack { get; set; }

    /// <summary>Until when no new alert begins, exclusive, µs.</summary>
    public long QuietUntilMicros { get; set; }

    /// <summary>Whether the condition must first end before a new alert may begin (resolved by hand).</summary>
    public bool MustClear { get; set; }

    /// <summary>How many events the alert joined (whales).</summary>
    public int Events { get; set; }

    /// <summary>Tells of too many firings.</summary>
    public FlapDetector Flaps { get; } = new();

    /// <summary>The last alert that ended, for amendments.</summary>
    public EndedAlert? Ended { get; set; }

    /// <summary>The identity of the running alert.</summary>
    public AlertKey KeyOf(Trades.Symbol symbol) => new(Rule.Id, Rule.Version, symbol, StartMicros);

    /// <summary>Whether the value is at or past the threshold at which the condition begins.</summary>
    public bool Enters(double value) => Rule.Direction switch
    {
        AlertDirection.Above => value >= Rule.Enter,
        AlertDirection.Below => value <= Rule.Enter,
        _ => Math.Abs(value) >= Rule.Enter,
    };

    /// <summary>Whether the value is not yet past the threshold at which the condition ends.</summary>
    public bool Holds(double value) => Rule.Direction switch
    {
        AlertDirection.Above => value >= Rule.ExitThreshold,
        AlertDirection.Below => value <= Rule.ExitThreshold,
        _ => Math.Abs(value) >= Rule.ExitThreshold,
    };

    /// <summary>Whether the figure can be judged.</summary>
    public bool Knows(in Figure figure) => figure.Status == FigureStatus.Ok && figure.Samples >= Rule.MinSamples && double.IsFinite(figure.Value);

    /// <summary>Writes the whole state, the rule included.</summary>
    public void Save(BinaryWriter writer)
    {
        AlertRuleState.Save(writer, Rule);
        writer.Write((byte)Phase);
        writer.Write(StartMicros);
        writer.Write(FiredMicros);
        writer.Write(FiredValue);
        writer.Write(LastValue);
        writer.Write(LastKnownMicros);
        writer.Write(Told);
        writer.Write(HeldBack ?? "");
        writer.Write(QuietUntilMicros);
        writer.Write(MustClear);
        writer.Write(Events);
        Flaps.Save(writer);
        writer.Write(Ended is not null);
        if (Ended is { } ended)
        {
            writer.Write(ended.StartMicros);
            writer.Write(ended.FiredMicros);
            writer.Write(ended.FiredValue);
            writer.Write(ended.Told);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static RuleTrack Load(BinaryReader reader)
    {
        var track = new RuleTrack(AlertRuleState.Load(reader))
        {
            Phase = (TrackPhase)reader.ReadByte(),
            StartMicros = reader.ReadInt64(),
            FiredMicros = reader.ReadInt64(),
            FiredValue = reader.ReadDouble(),
            LastValue = reader.ReadDouble(),
            LastKnownMicros = reader.ReadInt64(),
            Told = reader.ReadBoolean(),
            HeldBack = reader.ReadString() is { Length: > 0 } reason ? reason : null,
            QuietUntilMicros = reader.ReadInt64(),
            MustClear = reader.ReadBoolean(),
            Events = reader.ReadInt32(),
        };
        track.Flaps.Load(reader);
        track.Ended = reader.ReadBoolean()
            ? new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadBoolean())
            : null;
        return track.Phase <= TrackPhase.Firing
            ? track
            : throw new InvalidDataException($"expected an alert phase of 0 to 2, found {(byte)track.Phase}");
    }
}

/// <summary>Where a rule stands on a symbol.</summary>
internal enum TrackPhase : byte
{
    /// <summary>The condition does not hold.</summary>
    Idle,

    /// <summary>It holds, but not for long enough.</summary>
    Pending,

    /// <summary>The alert fires.</summary>
    Firing,
}

/// <summary>What is kept of an alert that ended.</summary>
/// <param name="StartMicros">When the condition began, µs.</param>
/// <param name="FiredMicros">When it fired, µs.</param>
/// <param name="FiredValue">The value then, corrected by amendments.</param>
/// <param name="Told">Whether it was handed out to be told.</param>
internal sealed record EndedAlert(long StartMicros, long FiredMicros, double FiredValue, bool Told);
