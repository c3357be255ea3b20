using System.Globalization;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Runs one rule over history: the same life cycle as live, fed with one frame per symbol and second, as an engine yields them. Inhibition
/// is left out (data quality of the past is not known), flapping counts.
/// </summary>
/// <param name="rule">The rule; valid.</param>
/// <param name="targetPerDay">The rate that the suggested threshold aims at, firings a day over all symbols; more than 0.</param>
/// <param name="maxSamples">How many values are kept for the suggestion, 4 bytes each.</param>
public sealed class AlertBacktest(AlertRule rule, double targetPerDay = 10, int maxSamples = 64_000_000)
{
    private const int Steps = 64;
    private const int FirstShown = 20;

    private static readonly TimeSpan StormGap = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    private readonly Dictionary<Symbol, History> _histories = [];
    private readonly AlertRule _rule = rule with { Enabled = true };
    private int _samples;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>Takes one second of one symbol. The seconds of a symbol come in order; the frame may be reused.</summary>
    public void Observe(SymbolSpec spec, SignalFrame frame)
    {
        if (_rule.Symbols.Count > 0 && !_rule.Symbols.Contains(spec.Symbol))
        {
            return;
        }

        if (!_histories.TryGetValue(spec.Symbol, out var history))
        {
            _histories[spec.Symbol] = history = new(spec, _rule);
        }

        _first = Math.Min(_first, frame.TimeMicros);
        _last = Math.Max(_last, frame.TimeMicros);
        history.Alerts.Evaluate(frame);
        var figure = frame[_rule.Signal];
        if (figure.Status == FigureStatus.Ok && figure.Samples >= _rule.MinSamples && double.IsFinite(figure.Value) && _samples < maxSamples)
        {
            history.Keep(frame.TimeMicros, (float)figure.Value);
            _samples++;
        }
    }

    /// <summary>What the rule would have done with all that was observed.</summary>
    public RulePreview Complete()
    {
        var covered = _last > _first ? Micros.ToInstant(_last) - Micros.ToInstant(_first) : TimeSpan.Zero;
        var firings = _histories.Values.SelectMany(history => history.Firings.Values).OrderBy(fired => fired.TimeMicros).ThenBy(fired => fired.Key.Symbol.Value, StringComparer.Ordinal).ToList();
        var notes = new List<string>();
        double? suggested = null;
        if (_histories.Count == 0)
        {
            notes.Add("no history of the rule's symbols");
        }
        else if (covered < Shortest)
        {
            notes.Add("less than an hour of history: no threshold is suggested");
        }
        else if (_samples == 0)
        {
            notes.Add("the figure never had a value, or never enough samples");
        }
        else
        {
            suggested = Suggest(covered);
            if (suggested is null)
            {
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"no threshold in this history reaches {targetPerDay:0.##} firings a day without exceeding it"));
            }
        }

        if (_samples == maxSamples)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"the suggestion looks at the first {maxSamples:#,0} values only"));
        }

        return new(
            firings.Count,
            LongestStorm(firings),
            covered > TimeSpan.Zero ? firings.Count / covered.TotalDays : 0,
            suggested,
            targetPerDay,
            [.. firings.Take(FirstShown).Select(View)],
            covered,
            notes.Count == 0 ? null : string.Join("; ", notes));
    }

    private static TimeSpan LongestStorm(List<AlertTransition> firings)
    {
        var longest = 0L;
        var start = 0;
        for (var index = 1; index < firings.Count; index++)
        {
            if (firings[index].TimeMicros - firings[index - 1].TimeMicros >= Micros.From(StormGap))
            {
                start = index;
            }

            longest = Math.Max(longest, firings[index].TimeMicros - firings[start].TimeMicros);
        }

        return TimeSpan.FromMicroseconds(longest);
    }

    private static AlertView View(AlertTransition fired) =>
        AlertViews.From([new() { Transition = fired, AcceptedTime = Micros.ToInstant(fired.TimeMicros), Delivery = AlertDelivery.Suppressed, Reason = "backtest" }]);

    /// <summary>
    /// Walks from the most extreme value towards the middle until the rule fires too often, then halves the step in between. Rates need not
    /// fall with the threshold (a low one fires once and never ends), so the walk starts at the quiet end.
    /// </summary>
    private double? Suggest(TimeSpan covered)
    {
        // About as many: half a firing more is still the target.
        var target = (targetPerDay * covered.TotalDays) + 0.5;
        var sorted = _histories.Values.SelectMany(history => history.Values).Select(Strength).ToArray();
        Array.Sort(sorted);
        double? good = null;
        double? bad = null;
        var steps = 0;
        var last = double.NaN;
        for (var share = 1d; share > 0.4 && steps < Steps; share = share > 1 - (2d / sorted.Length) ? 1 - (2d / sorted.Length) : 1 - ((1 - share) * 1.5))
        {
            double candidate = sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
            if (candidate == last)
            {
                continue;
            }

            last = candidate;
            steps++;
            if (Count(candidate) is not { } count)
            {
                break;
            }

            if (count > target)
            {
                bad = candidate;
                break;
            }

            good = candidate;
        }

        if (good is null || (bad is null && Count(good.Value) < 0.5 * target))
        {
            return null;
        }

        for (; bad is not null && steps < Steps && good - bad > Math.Abs(good.Value) * 0.001; steps++)
        {
            var middle = (good.Value + bad.Value) / 2;
            if (Count(middle) is { } count && count <= target)
            {
                good = middle;
            }
            else
            {
                bad = middle;
            }
        }

        // Back into the signal's own sign, to three digits, rounded to the quiet side.
        var threshold = Threshold(good.Value);
        var scale = threshold == 0 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(threshold))) - 2);
        var rounded = _rule.Direction == AlertDirection.Below ? Math.Floor(threshold / scale) * scale : Math.Ceiling(threshold / scale) * scale;
        rounded = double.Parse(rounded.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var (_, max) = SignalText.RangeOf(_rule.Signal);
        return Math.Min(rounded, max);
    }

    /// <summary>How far a value lies in the rule's direction: larger is rarer.</summary>
    private float Strength(float value) => _rule.Direction switch
    {
        AlertDirection.Below => -value,
        AlertDirection.Magnitude => Math.Abs(value),
        _ => value,
    };

    private double Threshold(double strength) => _rule.Direction == AlertDirection.Below ? -strength : strength;

    /// <summary>Firings with another threshold; <see langword="null"/> when the rule cannot have it.</summary>
    private int? Count(double strength)
    {
        var enter = Threshold(strength);
        var exit = _rule.Exit is { } known
            ? (_rule.Enter > 0 && _rule.Direction != AlertDirection.Below ? enter * (known / _rule.Enter) : enter + (known - _rule.Enter))
            : (double?)null;
        if (_rule.Direction == AlertDirection.Magnitude && enter <= 0)
        {
            return null;
        }

        var candidate = _rule with { Enter = enter, Exit = exit };
        return _histories.Values.Sum(history => history.CountWith(candidate));
    }

    /// <summary>One symbol's past: its alerts as they went, and the values of its seconds.</summary>
    private sealed class History : IAlertObserver
    {
        private readonly SymbolSpec _spec;
        private readonly List<(long StartMicros, List<float> Values)> _runs = [];
        private long _next = long.MinValue;

        public History(SymbolSpec spec, AlertRule rule)
        {
            _spec = spec;
            Alerts = new(spec, this);
            Alerts.SetRules([rule], 0);
        }

        public SymbolAlerts Alerts { get; }

        public Dictionary<AlertKey, AlertTransition> Firings { get; } = [];

        public IEnumerable<float> Values => _runs.SelectMany(run => run.Values);

        public void OnAlert(AlertTransition transition)
        {
            if (transition.State == AlertState.Firing)
            {
                Firings.TryAdd(transition.Key, transition);
            }
        }

        public void Keep(long timeMicros, float value)
        {
            if (timeMicros != _next)
            {
                _runs.Add((timeMicros, []));
            }

            _runs[^1].Values.Add(value);
            _next = timeMicros + Micros.PerSecond;
        }

        public int CountWith(AlertRule rule)
        {
            var counter = new Counter();
            var alerts = new SymbolAlerts(_spec, counter);
            alerts.SetRules([rule], 0);
            var frame = new SignalFrame();
            for (var run = 0; run < _runs.Count; run++)
            {
                var (start, values) = _runs[run];
                for (var index = 0; index < values.Count; index++)
                {
                    frame.TimeMicros = start + (index * Micros.PerSecond);
                    frame[rule.Signal] = new(values[index], FigureStatus.Ok, int.MaxValue);
                    alerts.Evaluate(frame);
                }

                // The seconds after a run have no value: the first ends what was pending, the one five minutes on what was firing.
                frame[rule.Signal] = Figure.None(FigureStatus.NoData);
                var end = start + (values.Count * Micros.PerSecond);
                foreach (var unknown in (ReadOnlySpan<long>)[end, end + SymbolAlerts.UnknownHoldMicros])
                {
                    if (run + 1 == _runs.Count || unknown < _runs[run + 1].StartMicros)
                    {
                        frame.TimeMicros = unknown;
                        alerts.Evaluate(frame);
                    }
                }
            }

            return counter.Count;
        }
    }

    private sealed class Counter : IAlertObserver
    {
        private readonly HashSet<AlertKey> _keys = [];

        public int Count => _keys.Count;

        public void OnAlert(AlertTransition transition)
        {
            if (transition.State == AlertState.Firing)
            {
                _keys.Add(transition.Key);
            }
        }
    }
}
