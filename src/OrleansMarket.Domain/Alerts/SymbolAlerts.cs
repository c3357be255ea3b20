using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>The alert life cycle of one symbol: pure and deterministic, driven by one <see cref="SignalFrame"/> per second of event time.</summary>
public sealed class SymbolAlerts(SymbolSpec spec, IAlertObserver observer)
{
    /// <summary>Replaces the rules from the next second on. A changed version resolves the old version's alerts.</summary>
    public void SetRules(IReadOnlyList<AlertRule> rules, long timeMicros) => throw new NotImplementedException($"{spec} {observer}");

    /// <summary>Looks at one second. Seconds come in order, each once. Allocates only when an alert changes state.</summary>
    public void Evaluate(SignalFrame frame) => throw new NotImplementedException();

    /// <summary>A repair changed figures at or after the given second: reported alerts from there on are amended.</summary>
    public void OnRevised(long fromMicros, SignalFrame now) => throw new NotImplementedException();

    /// <summary>Resolves one alert by hand; answers whether it was active.</summary>
    public bool Resolve(AlertKey key, long timeMicros) => throw new NotImplementedException();

    /// <summary>Gets how many alerts are firing.</summary>
    public int FiringCount => throw new NotImplementedException();

    /// <summary>Writes the whole state.</summary>
    public void Save(BinaryWriter writer) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void Load(BinaryReader reader) => throw new NotImplementedException();
}
