using System.Globalization;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>The alert life cycle of one symbol: pure and deterministic, driven by one <see cref="SignalFrame"/> per second of event time.</summary>
/// <remarks>
/// What inhibition and flapping hold back is still decided and recorded: only the telling differs, so the set of keys depends on the figures
/// alone. An engine whose market figures wait behind an open gap keeps two of these, one for the data-quality rules, which run with the clock,
/// and one for the market rules, and hands <see cref="FiringQualityRule"/> of the one to <see cref="Evaluate"/> of the other.
/// </remarks>
public sealed partial class SymbolAlerts(SymbolSpec spec, IAlertObserver observer)
{
    /// <summary>How long a whale alert goes on after its last whale, µs: one minute. Whales within it belong to the same alert.</summary>
    public const long WhaleHoldMicros = Micros.PerMinute;

    /// <summary>How long a firing alert outlives its figure, µs: five minutes. Then it is resolved and says so.</summary>
    public const long UnknownHoldMicros = 5 * Micros.PerMinute;

    /// <summary>A jump of event time that ends what was only pending, µs: one minute.</summary>
    public const long JumpMicros = Micros.PerMinute;

    private const string NotTold = "its firing was not told";

    private RuleTrack[] _tracks = [];
    private long _time = long.MinValue;

    /// <summary>Gets how many alerts are firing.</summary>
    public int FiringCount
    {
        get
        {
            var count = 0;
            foreach (var track in _tracks)
            {
                count += track.Phase == TrackPhase.Firing ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Gets the id of a data-quality rule that is firing, the first by id, or <see langword="null"/>: it inhibits market alerts.</summary>
    public string? FiringQualityRule
    {
        get
        {
            foreach (var track in _tracks)
            {
                if (track.Phase == TrackPhase.Firing && track.Rule.IsDataQuality)
                {
                    return track.Rule.Id;
                }
            }

            return null;
        }
    }

    /// <summary>Replaces the rules from the next second on. A changed version resolves the old version's alerts.</summary>
    public void SetRules(IReadOnlyList<AlertRule> rules, long timeMicros)
    {
        var kept = new Dictionary<(string, int), RuleTrack>();
        var current = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        foreach (var track in _tracks)
        {
            var successor = current.GetValueOrDefault(track.Rule.Id);
            if (successor is not null && successor.Version == track.Rule.Version && Applies(successor))
            {
                track.Rule = successor;
                kept.Add((successor.Id, successor.Version), track);
                continue;
            }

            End(track, Math.Max(timeMicros, _time), frame: null, successor is null ? "the rule was removed" : successor.Enabled ? "the rule was changed" : "the rule was switched off");
        }

        // Data-quality rules first, so that they inhibit in the second in which they fire.
        _tracks = [.. current.Values.Where(Applies)
            .OrderByDescending(rule => rule.IsDataQuality).ThenBy(rule => rule.Id, StringComparer.Ordinal)
            .Select(rule => kept.GetValueOrDefault((rule.Id, rule.Version)) ?? new RuleTrack(rule))];
    }

    /// <summary>
    /// Looks at one second. Seconds come in order; one that is not after the last is ignored. Allocates only when an alert changes state.
    /// </summary>
    /// <param name="frame">The figures of the second.</param>
    /// <param name="inhibitedBy">A data-quality rule that fires elsewhere on this symbol, or <see langword="null"/>.</param>
    public void Evaluate(SignalFrame frame, string? inhibitedBy = null)
    {
        if (frame.TimeMicros <= _time)
        {
            return;
        }

        _time = frame.TimeMicros;
        var looksForInhibitor = inhibitedBy is null;
        foreach (var track in _tracks)
        {
            if (!track.Rule.IsDataQuality && looksForInhibitor)
            {
                inhibitedBy = FiringQualityRule;
                looksForInhibitor = false;
            }

            Step(track, frame, track.Rule.IsDataQuality ? null : inhibitedBy);
        }
    }

    /// <summary>Resolves one alert by hand; answers whether it was active. The rule fires again only after its condition has ended once.</summary>
    public bool Resolve(AlertKey key, long timeMicros)
    {
        foreach (var track in _tracks)
        {
            if (track.Phase != TrackPhase.Idle && track.KeyOf(spec.Symbol) == key)
            {
                End(track, Math.Max(timeMicros, _time), frame: null, "resolved by hand");
                track.MustClear = true;
                return true;
            }
        }

        return false;
    }

    private bool Applies(AlertRule rule) => rule.Enabled && (rule.Symbols.Count == 0 || rule.Symbols.Contains(spec.Symbol));

    private void Step(RuleTrack track, SignalFrame frame, string? inhibitor)
    {
        track.Flaps.Look(frame.TimeMicros);
        if (track.Phase == TrackPhase.Firing && !track.Told && inhibitor is null && !track.Flaps.IsFlapping)
        {
            track.Told = true;
            Emit(track, AlertState.Firing, frame, track.LastValue, track.Rule.Enter, note: $"told late: {track.HeldBack}");
            track.HeldBack = null;
        }

        var figure = frame[track.Rule.Signal];
        if (track.Rule.Signal == Signal.WhaleNotional)
        {
            StepEvent(track, frame, in figure, inhibitor);
        }
        else if (track.Knows(in figure))
        {
            StepKnown(track, frame, figure.Value, inhibitor);
        }
        else
        {
            StepUnknown(track, frame);
        }
    }

    private void StepKnown(RuleTrack track, SignalFrame frame, double value, string? inhibitor)
    {
        var time = frame.TimeMicros;
        if (track.Phase == TrackPhase.Pending && time - track.LastKnownMicros > JumpMicros)
        {
            End(track, time, frame, "event time jumped");
        }

        switch (track.Phase)
        {
            case TrackPhase.Idle when track.MustClear:
                track.MustClear = track.Holds(value);
                return;
            case TrackPhase.Idle when time < track.QuietUntilMicros || !track.Enters(value):
                return;
            case TrackPhase.Idle:
                Begin(track, frame, value);
                break;
            default:
                track.LastValue = value;
                track.LastKnownMicros = time;
                if (!track.Holds(value))
                {
                    End(track, time, frame, note: null);
                    return;
                }

                break;
        }

        if (track.Phase == TrackPhase.Pending && time - track.StartMicros >= Micros.From(track.Rule.For))
        {
            Fire(track, frame, inhibitor);
        }
    }

    private void StepUnknown(RuleTrack track, SignalFrame frame)
    {
        if (track.Phase == TrackPhase.Pending)
        {
            End(track, frame.TimeMicros, frame, "the figure is not known");
        }
        else if (track.Phase == TrackPhase.Firing && frame.TimeMicros - track.LastKnownMicros >= UnknownHoldMicros)
        {
            End(track, frame.TimeMicros, frame, "no figure for 5 minutes");
        }
    }

    /// <summary>An event has no value between its seconds: it fires at once, joins what follows soon, and ends after a hold.</summary>
    private void StepEvent(RuleTrack track, SignalFrame frame, in Figure figure, string? inhibitor)
    {
        var time = frame.TimeMicros;
        var enters = track.Knows(in figure) && track.Enters(figure.Value);
        if (track.Phase == TrackPhase.Firing)
        {
            if (time - track.LastKnownMicros >= WhaleHoldMicros)
            {
                var note = track.Events > 1 ? string.Create(CultureInfo.InvariantCulture, $"{track.Events} whales, the largest is shown") : null;
                End(track, time, frame, note);
            }
            else if (enters)
            {
                track.LastKnownMicros = time;
                track.LastValue = Math.Max(track.LastValue, figure.Value);
                track.Events++;
                return;
            }
        }

        if (track.Phase == TrackPhase.Idle && enters && time >= track.QuietUntilMicros)
        {
            Begin(track, frame, figure.Value);
            Fire(track, frame, inhibitor);
        }
    }

    private void Begin(RuleTrack track, SignalFrame frame, double value)
    {
        track.Phase = TrackPhase.Pending;
        track.StartMicros = frame.TimeMicros;
        track.LastKnownMicros = frame.TimeMicros;
        track.LastValue = value;
        track.Events = 1;
        track.Told = false;
        track.HeldBack = null;
        track.MustClear = false;
        if (track.Rule.For > TimeSpan.Zero && track.Rule.Signal != Signal.WhaleNotional)
        {
            Emit(track, AlertState.Pending, frame, value, track.Rule.Enter);
        }
    }

    private void Fire(RuleTrack track, SignalFrame frame, string? inhibitor)
    {
        track.Phase = TrackPhase.Firing;
        track.FiredMicros = frame.TimeMicros;
        track.FiredValue = track.LastValue;
        string? note = null;
        if (track.Flaps.OnFired(frame.TimeMicros))
        {
            note = string.Create(CultureInfo.InvariantCulture,
                $"is flapping: {FlapDetector.Firings} firings within an hour; what follows is recorded, not told, until an hour passes without one");
        }
        else if (track.Flaps.IsFlapping)
        {
            track.HeldBack = "flapping";
        }

        track.HeldBack = inhibitor is null ? track.HeldBack : $"inhibited by {inhibitor}";
        track.Told = track.HeldBack is null;
        Emit(track, AlertState.Firing, frame, track.LastValue, track.Rule.Enter, track.HeldBack, note);
    }

    private void End(RuleTrack track, long timeMicros, SignalFrame? frame, string? note)
    {
        if (track.Phase == TrackPhase.Idle)
        {
            return;
        }

        var suppressed = track.Phase == TrackPhase.Pending ? "ended before it fired"
            : !track.Told ? NotTold
            : track.Flaps.IsFlapping ? "flapping"
            : null;
        if (track.Phase == TrackPhase.Firing)
        {
            track.Ended = new(track.StartMicros, track.FiredMicros, track.FiredValue, track.Told);
            track.QuietUntilMicros = timeMicros + Micros.From(track.Rule.Cooldown);
        }

        track.Phase = TrackPhase.Idle;
        Emit(track, AlertState.Resolved, frame, track.LastValue, track.Rule.ExitThreshold, suppressed, note, timeMicros);
    }

    private void Emit(
        RuleTrack track, AlertState state, SignalFrame? frame, double value, double threshold,
        string? suppressed = null, string? note = null, long? timeMicros = null, long? startMicros = null, bool withdrawn = false) =>
        observer.OnAlert(new()
        {
            Key = new(track.Rule.Id, track.Rule.Version, spec.Symbol, startMicros ?? track.StartMicros),
            State = state,
            TimeMicros = timeMicros ?? frame!.TimeMicros,
            RuleName = track.Rule.Name,
            Severity = track.Rule.Severity,
            IsDataQuality = track.Rule.IsDataQuality,
            Value = value,
            Threshold = threshold,
            Price = frame is { Price: > 0 } ? spec.Price(frame.Price) : 0,
            Completeness = frame?.Completeness ?? 1,
            IsLate = frame?.IsLate ?? false,
            SuppressedBecause = suppressed,
            Note = note,
            IsWithdrawn = withdrawn,
        });
}
