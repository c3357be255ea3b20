using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Tests.Alerts;

/// <summary>Whatever happens, every transition of every alert comes to exactly one end.</summary>
public sealed class AlertAccountingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task EveryTransition_IsDelivered_OrContainedInADeliveredMessage_OrSuppressedWithAReason(int seed)
    {
        var random = new Random(seed);
        AlertRule[] rules =
        [
            new() { Id = "move", Name = "Move", Signal = Signal.PriceMove1m, Enter = 10, Exit = 7, HourlyBudget = 3, Cooldown = TimeSpan.Zero },
            new() { Id = "slow", Name = "Slow", Signal = Signal.Volatility1h, Enter = 10, HourlyBudget = 50, For = TimeSpan.FromSeconds(2), Cooldown = TimeSpan.FromSeconds(5) },
            new() { Id = "stale", Name = "Stale", Signal = Signal.StaleFeed, Enter = 9, Severity = AlertSeverity.Critical },
        ];
        var bench = new DispatchBench(new() { MaxGroup = 4, MaxDigest = 30, BudgetPeriod = TimeSpan.FromMinutes(10) }, null, rules);
        var symbols = new[] { "AAA", "BBB", "CCC" };
        var alerts = symbols.Select(_ => new AlertBench(rules)).ToArray();
        var all = new List<AlertTransition>();
        for (var second = 1; second <= 2_000; second++)
        {
            var batch = new List<AlertTransition>();
            for (var index = 0; index < symbols.Length; index++)
            {
                alerts[index].Seen.Clear();
                alerts[index].See(
                    second, (Signal.PriceMove1m, random.NextDouble() * 12), (Signal.Volatility1h, random.NextDouble() * 13), (Signal.StaleFeed, random.Next(60) == 0 ? 10 : 0));
                if (random.Next(40) == 0)
                {
                    alerts[index].Alerts.OnRevised(AlertBench.At(second - 10), alerts[index].Frame(second, (Signal.PriceMove1m, random.NextDouble() * 12)));
                }

                // The bench has one symbol; here each stands for another.
                batch.AddRange(alerts[index].Seen.Select(t => t with { Key = t.Key with { Symbol = new(symbols[index]) } }));
            }

            if (random.Next(100) == 0)
            {
                await bench.Store.PutSilenceAsync(
                    new()
                    {
                        Id = $"s{second}",
                        RuleId = random.Next(2) == 0 ? null : rules[random.Next(rules.Length)].Id,
                        Symbol = random.Next(2) == 0 ? null : new(symbols[random.Next(symbols.Length)]),
                        From = DispatchBench.At(second),
                        Until = DispatchBench.At(second + random.Next(1, 60)),
                        Reason = "random",
                    },
                    default);
            }

            all.AddRange(batch);
            await bench.SeeAsync(second, [.. batch]);
            if (random.Next(50) == 0)
            {
                await bench.RestartAsync(second);
                await bench.SeeAsync(second, [.. batch]);
            }
        }

        await bench.SeeAsync(2_100);
        await bench.SeeAsync(2_100 + 5);
        await bench.SeeAsync(2_100 + 1_200);

        var messages = await bench.MessagesAsync();
        var carried = messages.SelectMany(message => message.Transitions.Select(t => (t.Id, Message: message))).ToLookup(pair => pair.Id, pair => pair.Message);
        Assert.True(all.Count > 500, $"expected a lively run, found {all.Count} transitions");
        foreach (var transition in all)
        {
            var record = Assert.Single(await bench.Store.FindRecordsAsync([transition.Id], default));
            if (record.Delivery == AlertDelivery.Queued)
            {
                Assert.Equal(record.MessageId, Assert.Single(carried[transition.Id]).Id);
            }
            else
            {
                Assert.Equal(AlertDelivery.Suppressed, record.Delivery);
                Assert.False(string.IsNullOrEmpty(record.Reason), $"{transition.Id} is suppressed without a reason");
                Assert.Empty(carried[transition.Id]);
            }
        }

        Assert.Equal(all.Count, all.Select(transition => transition.Id).Distinct().Count());
        Assert.Contains(messages, message => message.Kind == OutboxKind.Digest);
        Assert.Contains(messages, message => message.Kind == OutboxKind.Group);
        foreach (var rule in rules)
        {
            var times = messages.Where(message => message.RuleId == rule.Id && message.Kind != OutboxKind.Digest).Select(message => message.CreatedTime).ToList();
            Assert.All(times, time => Assert.InRange(times.Count(other => other <= time && time - other < TimeSpan.FromMinutes(10)), 1, rule.HourlyBudget));
        }
    }
}
