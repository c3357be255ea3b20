using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Alerts;

/// <summary>Uses an alert store at random, so that two stores used alike can be compared.</summary>
public static class AlertStoreUse
{
    private static readonly string[] Rules = ["spike", "whale", "move"];
    private static readonly string[] Channels = ["slack", "console"];
    private static readonly Symbol[] Symbols = [new("BTCUSDT"), new("ETHUSDT")];
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A transition of an alert.</summary>
    public static AlertTransition Transition(string rule, Symbol symbol, long startMicros, AlertState state) => new()
    {
        Key = new AlertKey(rule, 1, symbol, startMicros),
        State = state,
        TimeMicros = startMicros + (int)state,
        RuleName = $"Rule {rule}",
        Severity = AlertSeverity.Warning,
        IsDataQuality = false,
        Value = 3.5,
        Threshold = double.NaN,
        Price = 61_000.10m,
    };

    /// <summary>Changes something.</summary>
    public static async Task ActAsync(IAlertStore store, Random random, DateTimeOffset now)
    {
        switch (random.Next(7))
        {
            case 0:
                await store.AppendAsync([RandomTransition(random), RandomTransition(random)], now, default);
                break;
            case 1 or 2:
                AlertRecord[] records = [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomRecord(random, now))];
                OutboxEntry[] entries = [.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomEntry(random, now))];
                await store.CommitAsync(new AlertCommit(records, entries), default);
                break;
            case 3:
                await store.PutSilenceAsync(
                    new AlertSilence { Id = $"s{random.Next(4)}", RuleId = "spike", From = now, Until = now.AddHours(1), Reason = $"work {random.Next(9)}" }, default);
                await store.RemoveSilenceAsync($"s{random.Next(4)}", default);
                break;
            case 4:
                await store.PutRulesAsync([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomRule(random))], default);
                break;
            case 5:
                await store.RemoveRuleAsync(Rules[random.Next(3)], default);
                break;
            default:
                await store.TrimAsync(now.AddMinutes(-random.Next(90)), random.Next(2) == 0 ? 1_000 : random.Next(12), default);
                break;
        }
    }

    /// <summary>Reads something of every kind, as text.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IAlertStore store, Random random, DateTimeOffset now)
    {
        List<string> read =
        [
            AlertJson.Write(await store.ReadNewAsync(3, default)),
            AlertJson.Write(await store.ReadWaitingAsync(default)),
            AlertJson.Write(await store.ReadSilencesAsync(default)),
            AlertJson.Write(await store.ReadRulesAsync(default) ?? (object)"never stored"),
            AlertJson.Write(await store.ReadMessagesAsync(now.AddMinutes(-20), default)),
        ];
        var transition = RandomTransition(random);
        read.Add(AlertJson.Write(await store.ReadAlertAsync(transition.Key, default)));
        read.Add(AlertJson.Write(await store.FindRecordsAsync([transition.Id, "unknown"], default)));
        foreach (var channel in Channels)
        {
            read.Add(AlertJson.Write(await store.ReadNextAsync(channel, default) ?? (object)"none"));
            read.Add(AlertJson.Write(await store.CountQueuedAsync(channel, default)));
        }

        read.Add(AlertJson.Write(await store.ReadEntriesAsync($"m{random.Next(8)}", default)));
        read.Add(AlertJson.Write(await store.ReadLastVersionAsync(Rules[random.Next(3)], default)));
        var query = new AlertQuery(
            random.Next(2) == 0 ? null : Symbols[random.Next(2)], random.Next(2) == 0 ? null : (AlertState)random.Next(4),
            random.Next(2) == 0 ? null : Rules[random.Next(3)], 1 + random.Next(4), null);
        string? cursor = null;
        for (var page = 0; page < 3; page++)
        {
            var answer = await store.ReadAlertsAsync(query with { Before = cursor }, default);
            read.Add(AlertJson.Write(answer));
            cursor = answer.Next;
        }

        return read;
    }

    private static AlertTransition RandomTransition(Random random) => Transition(
        Rules[random.Next(3)], Symbols[random.Next(2)], 1_000_000L * random.Next(6), (AlertState)random.Next(3));

    private static AlertRecord RandomRecord(Random random, DateTimeOffset now) => new()
    {
        Transition = RandomTransition(random),
        AcceptedTime = now,
        Delivery = Enum.GetValues<AlertDelivery>()[random.Next(Enum.GetValues<AlertDelivery>().Length)],
        Reason = random.Next(2) == 0 ? null : "silenced",
    };

    private static OutboxEntry RandomEntry(Random random, DateTimeOffset now)
    {
        var message = random.Next(8);
        return new OutboxEntry
        {
            Message = new OutboxMessage
            {
                Id = $"m{message}",
                Kind = OutboxKind.Alert,
                RuleId = "spike",
                RuleName = "Rule spike",
                Severity = AlertSeverity.Critical,
                Transitions = [Transition("spike", Symbols[0], message, AlertState.Firing)],
                CreatedTime = Start.AddMinutes(message * 10),
            },
            Channel = Channels[random.Next(2)],
            Status = (OutboxStatus)random.Next(4),
            Attempts = random.Next(5),
            NextAttemptTime = now,
            DeliveredTime = random.Next(2) == 0 ? null : now,
        };
    }

    private static AlertRule RandomRule(Random random) => new()
    {
        Id = Rules[random.Next(3)],
        Version = 1 + random.Next(5),
        Name = "Rule",
        Signal = Signal.GapOpen,
        Enter = random.NextDouble(),
        Symbols = [Symbols[0]],
    };
}
