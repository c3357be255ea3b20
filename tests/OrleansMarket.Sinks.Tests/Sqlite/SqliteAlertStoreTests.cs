using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteAlertStoreTests : DatabaseTestBase
{
    private static readonly string[] Rules = ["spike", "whale", "move"];
    private static readonly string[] Channels = ["slack", "console"];
    private static readonly Symbol[] Symbols = [new("BTCUSDT"), new("ETHUSDT")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomUse_EqualsTheStoreInMemory(int seed)
    {
        var random = new Random(seed);
        var model = new InMemoryAlertStore();
        for (var round = 0; round < 120; round++)
        {
            var real = new SqliteAlertStore(Database);
            var now = TestDatabase.Now.AddMinutes(round);
            foreach (var store in new IAlertStore[] { model, real })
            {
                await ActAsync(store, new Random((seed * 1_000) + round), now);
            }

            await SameAsync(model, real, new Random(round), now);
            if (random.Next(30) == 0)
            {
                await ReopenAsync();
            }
        }
    }

    internal static AlertTransition Transition(string rule, Symbol symbol, long startMicros, AlertState state) => new()
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

    private static async Task ActAsync(IAlertStore store, Random random, DateTimeOffset now)
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
                await store.TrimAsync(now.AddMinutes(-random.Next(90)), default);
                break;
        }
    }

    private static async Task SameAsync(InMemoryAlertStore model, SqliteAlertStore real, Random random, DateTimeOffset now)
    {
        async Task Same<T>(Func<IAlertStore, Task<T>> read) => Assert.Equal(AlertJson.Write(await read(model)), AlertJson.Write(await read(real)));

        await Same(store => store.ReadNewAsync(3, default));
        await Same(store => store.ReadWaitingAsync(default));
        await Same(store => store.ReadSilencesAsync(default));
        await Same(async store => await store.ReadRulesAsync(default) ?? (object)"never stored");
        await Same(store => store.ReadMessagesAsync(now.AddMinutes(-20), default));
        var transition = RandomTransition(random);
        await Same(store => store.ReadAlertAsync(transition.Key, default));
        await Same(store => store.FindRecordsAsync([transition.Id, "unknown"], default));
        foreach (var channel in Channels)
        {
            await Same(async store => await store.ReadNextAsync(channel, default) ?? (object)"none");
            await Same(store => store.CountQueuedAsync(channel, default));
        }

        var (message, rule) = ($"m{random.Next(8)}", Rules[random.Next(3)]);
        await Same(store => store.ReadEntriesAsync(message, default));
        await Same(store => store.ReadLastVersionAsync(rule, default));
        var query = new AlertQuery(
            random.Next(2) == 0 ? null : Symbols[random.Next(2)], random.Next(2) == 0 ? null : (AlertState)random.Next(4),
            random.Next(2) == 0 ? null : Rules[random.Next(3)], 1 + random.Next(4), null);
        string? cursor = null;
        for (var page = 0; page < 3; page++)
        {
            var before = cursor;
            await Same(store => store.ReadAlertsAsync(query with { Before = before }, default));
            cursor = (await model.ReadAlertsAsync(query with { Before = before }, default)).Next;
        }
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
                CreatedTime = TestDatabase.Now.AddMinutes(message * 10),
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
