using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Alerts;

public sealed partial class SymbolAlerts
{
    /// <summary>Tells whether a rule, among those whose signals are asked for, fired in a second and may still be amended: it is firing, or was the last to end.</summary>
    public bool FiredAt(long timeMicros, Predicate<Signal> signals)
    {
        foreach (var track in _tracks)
        {
            if (((track.Phase == TrackPhase.Firing && track.FiredMicros == timeMicros) || track.Ended?.FiredMicros == timeMicros) && signals(track.Rule.Signal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A repair changed figures at or after the given second: alerts that fired after it are amended, or withdrawn where they would not have
    /// fired. With a history the firing second itself is judged again, also that of the last ended alert of each rule. Where it does not reach,
    /// only firing alerts are, by the last settled second.
    /// </summary>
    /// <param name="fromMicros">The earliest time whose data changed, µs.</param>
    /// <param name="now">The figures of the last settled second, computed again.</param>
    /// <param name="history">Recomputes figures of past seconds, or <see langword="null"/>.</param>
    public void OnRevised(long fromMicros, SignalFrame now, ISignalHistory? history = null)
    {
        foreach (var track in _tracks)
        {
            if (track.Phase == TrackPhase.Firing && track.FiredMicros > fromMicros)
            {
                if (history?.At(track.Rule.Signal, track.FiredMicros) is { Status: FigureStatus.Ok } then)
                {
                    Revise(track, now, then, track.FiredValue);
                }
                else if (now.TimeMicros == _time && track.Rule.Signal != Signal.WhaleNotional)
                {
                    Revise(track, now, now[track.Rule.Signal], track.LastValue);
                }
            }

            if (history is not null && track.Ended is { } ended && ended.FiredMicros > fromMicros)
            {
                ReviseEnded(track, ended, now, history.At(track.Rule.Signal, ended.FiredMicros));
            }
        }
    }

    private void Revise(RuleTrack track, SignalFrame now, Figure figure, double before)
    {
        if (!double.IsFinite(figure.Value) || BitConverter.DoubleToInt64Bits(figure.Value) == BitConverter.DoubleToInt64Bits(before))
        {
            return;
        }

        var withdrawn = !track.Holds(figure.Value);
        track.FiredValue = figure.Value;
        track.LastValue = figure.Value;
        if (withdrawn)
        {
            track.Phase = TrackPhase.Idle;
        }

        Emit(track, AlertState.Amended, now, figure.Value, track.Rule.Enter, track.Told ? null : NotTold, withdrawn: withdrawn);
    }

    private void ReviseEnded(RuleTrack track, EndedAlert ended, SignalFrame now, Figure figure)
    {
        if (!double.IsFinite(figure.Value) || BitConverter.DoubleToInt64Bits(figure.Value) == BitConverter.DoubleToInt64Bits(ended.FiredValue))
        {
            return;
        }

        var withdrawn = !track.Holds(figure.Value);
        track.Ended = withdrawn ? null : ended with { FiredValue = figure.Value };
        Emit(track, AlertState.Amended, now, figure.Value, track.Rule.Enter, ended.Told ? null : NotTold, startMicros: ended.StartMicros, withdrawn: withdrawn);
    }
}
