using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Alerts;

/// <summary>One symbol's alerts on a bench: hands in seconds, keeps what comes out. Second 0 is 2026-01-01T00:00:00Z.</summary>
internal sealed class AlertBench : IAlertObserver
{
    public static readonly long Start = Micros.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public static readonly SymbolSpec Spec = new(new("BTCUSDT"), 2, 5);

    private readonly SignalFrame _frame = new();

    public AlertBench(params AlertRule[] rules)
    {
        Alerts = new(Spec, this);
        Alerts.SetRules(rules, Start);
    }

    public SymbolAlerts Alerts { get; private set; }

    public List<AlertTransition> Seen { get; } = [];

    /// <summary>States and seconds, as "firing@3" ("~" in front: suppressed).</summary>
    public IEnumerable<string> Story => Seen.Select(t =>
        $"{(t.SuppressedBecause is null ? "" : "~")}{(t.IsWithdrawn ? "withdrawn" : WireName.Of(t.State))}@{(t.TimeMicros - Start) / Micros.PerSecond}");

    public static long At(long second) => Start + (second * Micros.PerSecond);

    public static AlertRule Rule(string id = "move", Signal signal = Signal.PriceMove1m, double enter = 10) => new()
    {
        Id = id,
        Name = $"Rule {id}",
        Signal = signal,
        Enter = enter,
        Cooldown = TimeSpan.Zero,
    };

    public void OnAlert(AlertTransition transition) => Seen.Add(transition);

    public SignalFrame Frame(long second, params (Signal Signal, double Value)[] figures)
    {
        foreach (var signal in Enum.GetValues<Signal>())
        {
            _frame[signal] = default;
        }

        _frame.TimeMicros = At(second);
        _frame.Price = 65_000_00;
        foreach (var (signal, value) in figures)
        {
            _frame[signal] = Figure.Of(value, 100);
        }

        return _frame;
    }

    public AlertBench See(long second, params (Signal Signal, double Value)[] figures)
    {
        Alerts.Evaluate(Frame(second, figures));
        return this;
    }

    /// <summary>One value of PriceMove1m per second, from the given second on; NaN means that the figure is not known.</summary>
    public AlertBench Run(long from, params double[] values)
    {
        foreach (var value in values)
        {
            _ = double.IsNaN(value) ? See(from) : See(from, (Signal.PriceMove1m, value));
            from++;
        }

        return this;
    }

    /// <summary>Goes on with new alerts restored from the state of the old ones.</summary>
    public byte[] Restart()
    {
        var state = State();
        Alerts = new(Spec, this);
        Alerts.Load(new(new MemoryStream(state)));
        return state;
    }

    public byte[] State()
    {
        using var stream = new MemoryStream();
        Alerts.Save(new(stream));
        return stream.ToArray();
    }
}
