using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>An alert rule inside a snapshot, so that a restored engine goes on before anybody hands it rules.</summary>
internal static class AlertRuleState
{
    public static void Save(BinaryWriter writer, AlertRule rule)
    {
        writer.Write(rule.Id);
        writer.Write(rule.Version);
        writer.Write(rule.Name);
        writer.Write(rule.Symbols.Count);
        foreach (var symbol in rule.Symbols)
        {
            writer.Write(symbol.Value);
        }

        writer.Write((byte)rule.Signal);
        writer.Write((byte)rule.Direction);
        writer.Write(rule.Enter);
        writer.Write(rule.Exit.HasValue);
        writer.Write(rule.Exit ?? 0);
        writer.Write(rule.For.Ticks);
        writer.Write(rule.Cooldown.Ticks);
        writer.Write(rule.MinSamples);
        writer.Write((byte)rule.Severity);
        writer.Write(rule.HourlyBudget);
        writer.Write(rule.Enabled);
    }

    public static AlertRule Load(BinaryReader reader)
    {
        var id = reader.ReadString();
        var version = reader.ReadInt32();
        var name = reader.ReadString();
        var symbols = new Symbol[Bounded(reader.ReadInt32())];
        for (var index = 0; index < symbols.Length; index++)
        {
            var text = reader.ReadString();
            symbols[index] = Symbol.IsPlausible(text) ? new(text) : throw new InvalidDataException($"expected a symbol in the alert state, found '{text}'");
        }

        var signal = (Signal)reader.ReadByte();
        var direction = (AlertDirection)reader.ReadByte();
        var enter = reader.ReadDouble();
        var hasExit = reader.ReadBoolean();
        var exit = reader.ReadDouble();
        var rule = new AlertRule
        {
            Id = id,
            Version = version,
            Name = name,
            Symbols = symbols,
            Signal = Enum.IsDefined(signal) ? signal : throw new InvalidDataException($"expected a known signal in the alert state, found {(byte)signal}"),
            Direction = direction,
            Enter = enter,
            Exit = hasExit ? exit : null,
            For = new(reader.ReadInt64()),
            Cooldown = new(reader.ReadInt64()),
            MinSamples = reader.ReadInt32(),
            Severity = (AlertSeverity)reader.ReadByte(),
            HourlyBudget = reader.ReadInt32(),
            Enabled = reader.ReadBoolean(),
        };
        return rule;
    }

    private static int Bounded(int count) =>
        count is >= 0 and <= 100_000 ? count : throw new InvalidDataException($"expected at most 100,000 symbols in the alert state, found {count}");
}
