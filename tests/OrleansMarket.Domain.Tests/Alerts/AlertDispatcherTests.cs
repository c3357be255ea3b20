using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using static OrleansMarket.Domain.Tests.Alerts.DispatchBench;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class AlertDispatcherTests
{
    [Fact]
    public async Task Accept_TellsOneTransitionAloneWhenItsGroupWindowIsOver()
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT");
        await bench.SeeAsync(0, fired);
        await bench.SeeAsync(4.9);
        Assert.Empty(await bench.MessagesAsync());
        Assert.Equal("grouping", await bench.StateAsync(fired));
        await bench.SeeAsync(5);

        var message = Assert.Single(await bench.MessagesAsync());
        Assert.Equal((OutboxKind.Alert, "move", Signal.PriceMove1m, AlertSeverity.Warning), (message.Kind, message.RuleId, message.Signal, message.Severity));
        Assert.Equal([fired], message.Transitions);
        Assert.Equal(message.Id, (await bench.RecordAsync(fired)).MessageId);
        Assert.Equal("queued", await bench.StateAsync(fired));
    }

    [Fact]
    public async Task Accept_GroupsTheSameRuleAndSeverityAndNothingElse()
    {
        var bench = new DispatchBench();
        await bench.SeeAsync(0, Fire("BTCUSDT"), Fire("ETHUSDT"));
        await bench.SeeAsync(3, Fire("SOLUSDT"), Fire("BTCUSDT", rule: "other"), Fire("ADAUSDT", severity: AlertSeverity.Critical));
        await bench.SeeAsync(8);

        Assert.Equal(
            [("move", 3, OutboxKind.Group), ("other", 1, OutboxKind.Alert), ("move", 1, OutboxKind.Alert)],
            (await bench.MessagesAsync()).Select(message => (message.RuleId, message.Transitions.Count, message.Kind)));
    }

    [Fact]
    public async Task Accept_ClosesAFullGroupEarly()
    {
        var bench = new DispatchBench(new() { MaxGroup = 2 });
        await bench.SeeAsync(0, Fire("BTCUSDT"), Fire("ETHUSDT"), Fire("SOLUSDT"));

        Assert.Equal(2, Assert.Single(await bench.MessagesAsync()).Transitions.Count);
    }

    [Fact]
    public async Task Accept_TellsTheSameTransitionOnce_AlsoAfterARestart()
    {
        var bench = new DispatchBench();
        await bench.SeeAsync(0, Fire("BTCUSDT"));
        await bench.SeeAsync(5, Fire("BTCUSDT"));
        await bench.RestartAsync(6);
        await bench.SeeAsync(7, Fire("BTCUSDT"));
        await bench.SeeAsync(20);

        Assert.Single(await bench.MessagesAsync());
    }

    [Fact]
    public async Task Accept_RecordsWhatIsNotToldWithItsReason()
    {
        var bench = new DispatchBench();
        var pending = Fire("BTCUSDT") with { State = AlertState.Pending };
        var inhibited = Fire("ETHUSDT") with { SuppressedBecause = "inhibited by stale-feed" };
        await bench.SeeAsync(0, pending, inhibited);
        await bench.SeeAsync(10);

        Assert.Empty(await bench.MessagesAsync());
        Assert.Equal("suppressed: pending is recorded, not told", await bench.StateAsync(pending));
        Assert.Equal("suppressed: inhibited by stale-feed", await bench.StateAsync(inhibited));
    }

    [Fact]
    public async Task Accept_RecordsThatNoOutputIsConfigured()
    {
        var bench = new DispatchBench(channels: []);
        var fired = Fire("BTCUSDT");
        await bench.SeeAsync(0, fired);
        await bench.SeeAsync(5);

        Assert.Equal("suppressed: no output is configured", await bench.StateAsync(fired));
    }

    [Theory]
    [InlineData("move", "BTCUSDT", true)]
    [InlineData(null, "BTCUSDT", true)]
    [InlineData("move", null, true)]
    [InlineData("other", "BTCUSDT", false)]
    [InlineData("move", "ETHUSDT", false)]
    public async Task Accept_HoldsBackWhatASilenceCovers(string? rule, string? symbol, bool silenced)
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT");
        await bench.Store.PutSilenceAsync(Silence(0, 60, rule, symbol), default);
        await bench.SeeAsync(0, fired);
        await bench.SeeAsync(5, Resolve(fired, 5));
        await bench.SeeAsync(20);

        var expected = silenced ? "suppressed: silenced until 2026-01-01 00:01:00 UTC: maintenance" : "queued";
        Assert.Equal(expected, await bench.StateAsync(fired));
        Assert.Equal(expected, await bench.StateAsync(Resolve(fired, 5)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_TellsWhatStillFiresWhenTheSilenceEnds(bool restart)
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT");
        await bench.Store.PutSilenceAsync(Silence(0, 60), default);
        await bench.SeeAsync(0, fired);
        await bench.SeeAsync(59);
        Assert.Equal("silenced: silenced until 2026-01-01 00:01:00 UTC: maintenance", await bench.StateAsync(fired));
        if (restart)
        {
            await bench.RestartAsync(59);
        }

        await bench.SeeAsync(60);
        await bench.SeeAsync(65);

        var message = Assert.Single(await bench.MessagesAsync());
        Assert.Equal("told late: silenced until 2026-01-01 00:01:00 UTC: maintenance", message.Transitions[0].Note);
        Assert.Equal("queued", await bench.StateAsync(fired));
    }

    [Fact]
    public async Task Tick_TellsAtOnceWhenTheSilenceIsTakenAway()
    {
        var bench = new DispatchBench();
        await bench.Store.PutSilenceAsync(Silence(0, 6_000), default);
        await bench.SeeAsync(0, Fire("BTCUSDT"));
        await bench.Store.RemoveSilenceAsync("s", default);
        await bench.SeeAsync(1);
        await bench.SeeAsync(6);

        Assert.Single(await bench.MessagesAsync());
    }

    [Fact]
    public async Task Accept_RecordsTheResolutionOfWhatWasNotTold()
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT") with { SuppressedBecause = "flapping" };
        await bench.SeeAsync(0, fired, Resolve(fired, 1));

        Assert.Equal("suppressed: its firing was not told", await bench.StateAsync(Resolve(fired, 1)));
    }

    [Fact]
    public async Task Close_KeepsToTheHourlyBudgetAndPutsTheRestIntoADigest()
    {
        var bench = new DispatchBench(rules: new AlertRule { Id = "move", Name = "Rule move", Signal = Signal.PriceMove1m, Enter = 10, HourlyBudget = 2 });
        var fired = Enumerable.Range(0, 6).Select(index => Fire($"S{index}", index * 10)).ToArray();
        for (var index = 0; index < fired.Length; index++)
        {
            await bench.SeeAsync(index * 10, fired[index]);
        }

        await bench.SeeAsync(60);
        Assert.Equal(2, (await bench.MessagesAsync()).Count);
        Assert.Equal("digesting: the rule's budget of 2 messages an hour is used up", await bench.StateAsync(fired[2]));
        await bench.RestartAsync(61);
        await bench.SeeAsync(3_000);
        Assert.Equal(2, (await bench.MessagesAsync()).Count);
        await bench.SeeAsync(30 + 3_600);

        var messages = await bench.MessagesAsync();
        Assert.Equal([OutboxKind.Alert, OutboxKind.Alert, OutboxKind.Digest], messages.Select(message => message.Kind));
        Assert.Equal(fired[2..], messages[2].Transitions);
    }

    [Fact]
    public async Task Close_SpendsTheBudgetAgainAnHourLater()
    {
        var bench = new DispatchBench(rules: new AlertRule { Id = "move", Name = "Rule move", Signal = Signal.PriceMove1m, Enter = 10, HourlyBudget = 1 });
        await bench.SeeAsync(0, Fire("BTCUSDT"));
        await bench.SeeAsync(5);
        await bench.SeeAsync(3_599, Fire("ETHUSDT"));
        await bench.SeeAsync(3_605);

        Assert.Equal([OutboxKind.Alert, OutboxKind.Alert], (await bench.MessagesAsync()).Select(message => message.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Digest_ListsSoManyAndCountsTheRest(bool restart)
    {
        var bench = new DispatchBench(
            new() { MaxDigest = 3 }, null,
            new AlertRule { Id = "move", Name = "Rule move", Signal = Signal.PriceMove1m, Enter = 10, HourlyBudget = 1 });
        await bench.SeeAsync(0, Fire("FIRST"));
        await bench.SeeAsync(5);
        var storm = Enumerable.Range(0, 10).Select(index => Fire($"S{index}", 6)).ToArray();
        await bench.SeeAsync(6, storm);
        await bench.SeeAsync(11);
        if (restart)
        {
            await bench.RestartAsync(12);
        }

        await bench.SeeAsync(11 + 3_600);

        var digest = (await bench.MessagesAsync())[^1];
        Assert.Equal((3, 7), (digest.Transitions.Count, digest.NotListed));
        Assert.Equal("suppressed: the digest is full: counted in it, not listed", await bench.StateAsync(storm[9]));
    }

    [Fact]
    public async Task Accept_SendsAnAmendmentThatNamesTheFirstMessage()
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT");
        await bench.SeeAsync(0, fired);
        await bench.SeeAsync(5);
        await bench.RestartAsync(6);
        var amended = fired with { State = AlertState.Amended, Value = 4, IsWithdrawn = true };
        await bench.SeeAsync(7, amended);

        var messages = await bench.MessagesAsync();
        Assert.Equal(2, messages.Count);
        Assert.Equal((OutboxKind.Amendment, messages[0].Id), (messages[1].Kind, messages[1].FirstMessageId));
        Assert.Equal(fired, messages[1].First);
    }

    [Fact]
    public async Task Accept_PutsAnAmendmentIntoTheGroupThatIsNotYetTold()
    {
        var bench = new DispatchBench();
        var fired = Fire("BTCUSDT");
        await bench.SeeAsync(0, fired, fired with { State = AlertState.Amended, Value = 11 });
        await bench.SeeAsync(5);

        Assert.Equal(2, Assert.Single(await bench.MessagesAsync()).Transitions.Count);
    }

    [Fact]
    public async Task PumpAsync_GoesOnWithAGroupThatWasOpenAtTheRestart()
    {
        var bench = new DispatchBench();
        await bench.SeeAsync(0, Fire("BTCUSDT"));
        await bench.RestartAsync(2);
        await bench.SeeAsync(3, Fire("ETHUSDT"));
        await bench.SeeAsync(5);

        Assert.Equal(2, Assert.Single(await bench.MessagesAsync()).Transitions.Count);
    }

    private static AlertSilence Silence(double from, double until, string? rule = null, string? symbol = null) => new()
    {
        Id = "s",
        RuleId = rule,
        Symbol = symbol is null ? null : new(symbol),
        From = At(from),
        Until = At(until),
        Reason = "maintenance",
    };
}
