using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.TestKit.Alerts;
using OrleansMarket.TestKit.Slack;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Alerts;

public sealed class AlertDeliveryServiceTests : IAsyncLifetime
{
    private DeliveryBench _bench = null!;

    private FakeSlack Slack => _bench.Slack;

    public async Task InitializeAsync() => _bench = await DeliveryBench.CreateAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Service_DeliversATransitionAndRecordsIt()
    {
        await _bench.StartAsync();
        await _bench.AppendAsync(Fire());
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered);

        Assert.Single(Slack.Taken);
        Assert.Equal("delivered", (await _bench.Store.ReadAlertsAsync(new(null, null, null, 10, null), default)).Alerts[0].Delivery);
    }

    [Fact]
    public async Task Service_ForgetsWhatHasEndedAfterTheRetention_AndNothingUndelivered()
    {
        _bench.Options.Retention = TimeSpan.FromHours(1);
        _bench.Options.Poll = TimeSpan.FromMinutes(1);
        _bench.Options.MaxAge = TimeSpan.FromDays(30);
        await _bench.StartAsync();
        await _bench.AppendAsync(Fire());
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered);
        Slack.Answer([.. Enumerable.Repeat(SlackAnswers.ServerError, 5_000)]);
        await _bench.AppendAsync(Fire(rule: "stuck"));
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) is null);

        Assert.Equal(1, await _bench.Store.CountQueuedAsync("slack", default));
        Assert.Single(await _bench.Store.ReadAlertAsync(Fire(rule: "stuck").Key, default));
        Assert.True(_bench.Clock.GetUtcNow() - Start >= _bench.Options.Retention);
    }

    [Fact]
    public async Task Service_TellsWhatIsBeyondTheBudget_AfterTheBudgetsPeriod()
    {
        _bench.Options.BudgetPeriod = TimeSpan.FromMinutes(10);
        _bench.Options.Poll = TimeSpan.FromSeconds(5);
        await _bench.Store.PutRulesAsync([new AlertRule { Id = "move", Name = "Price moves fast", Signal = Signal.PriceMove5m, Enter = 2, HourlyBudget = 1 }], default);
        await _bench.StartAsync();
        await _bench.AppendAsync(Fire());
        await _bench.AdvanceUntilAsync(() => Slack.Taken.Count() == 1);
        var held = Fire("ETHUSDT");
        await _bench.AppendAsync(held);
        await _bench.AdvanceUntilAsync(() => Delivery(held) == AlertDelivery.Digesting);
        var since = _bench.Clock.GetUtcNow();
        Assert.Equal("the rule's budget of 1 message in 10 min is used up", (await _bench.Store.ReadAlertAsync(held.Key, default))[0].Reason);

        await _bench.AdvanceUntilAsync(() => Delivery(held) == AlertDelivery.Digested);

        Assert.InRange(_bench.Clock.GetUtcNow() - since, TimeSpan.FromMinutes(9.5), TimeSpan.FromMinutes(10.5));
        Assert.Contains("held back by the rule's budget", Slack.Taken.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_SendsAtMostOneMessageASecond()
    {
        await _bench.AppendAsync([.. Enumerable.Range(0, 6).Select(index => Fire(rule: $"rule-{index}"))]);
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Slack.Taken.Count() == 6);

        var times = Slack.Taken.Select(request => request.Time).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1), $"{pair.First:O} and {pair.Second:O} are less than a second apart"));
    }

    [Fact]
    public async Task Service_SendsAtMostOneMessageASecond_AlsoAcrossARestart()
    {
        await _bench.StartAsync();
        await _bench.AppendAsync(Fire());
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered);
        await _bench.AppendAsync(Fire(rule: "next"));
        await _bench.StopAsync();
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Delivery(Fire(rule: "next")) == AlertDelivery.Delivered);

        var times = Slack.Taken.Select(request => request.Time).ToList();
        Assert.True(times[1] - times[0] >= TimeSpan.FromSeconds(1), $"{times[0]:O} and {times[1]:O} are less than a second apart");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_DeliversWhatTheBudgetHeldBack_WhenTheHourIsOver(bool restart)
    {
        const int Budget = 3;
        _bench.Options.Poll = TimeSpan.FromSeconds(20);
        await _bench.Store.PutRulesAsync([new AlertRule { Id = "move", Name = "Price moves fast", Signal = Domain.Analytics.Signal.PriceMove5m, Enter = 2, HourlyBudget = Budget }], default);
        await _bench.StartAsync();
        var fired = Enumerable.Range(0, 9).Select(index => Fire($"S{index}USDT", index * 60)).ToArray();
        foreach (var transition in fired)
        {
            await _bench.AppendAsync(transition);
            await _bench.AdvanceUntilAsync(() => Delivery(transition) is AlertDelivery.Delivered or AlertDelivery.Digesting);
        }

        Assert.Equal(Budget, Slack.Taken.Count());
        Assert.All(fired[Budget..], held => Assert.Equal(AlertDelivery.Digesting, Delivery(held)));
        var held = _bench.Clock.GetUtcNow();
        if (restart)
        {
            await _bench.StopAsync();
            await _bench.StartAsync();
        }

        await _bench.AdvanceUntilAsync(() => fired[Budget..].All(transition => Delivery(transition) == AlertDelivery.Digested));

        Assert.Equal(Budget + 1, Slack.Taken.Count());
        var digest = Slack.Taken.Last();
        Assert.All(fired[Budget..], transition => Assert.Contains(transition.Key.Symbol.Value, digest.Body!.ToJsonString(), StringComparison.Ordinal));
        Assert.All(fired[..Budget], transition => Assert.DoesNotContain(transition.Key.Symbol.Value, digest.Body!.ToJsonString(), StringComparison.Ordinal));
        Assert.InRange(digest.Time - held, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));
        Assert.Equal(0, await _bench.Store.CountQueuedAsync("slack", default));
    }

    [Fact]
    public async Task Service_ObeysRetryAfter()
    {
        Slack.Answer(SlackAnswers.TooMany, SlackAnswers.TooMany);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Slack.Taken.Any());

        var times = Slack.Requests.Select(request => request.Time).ToList();
        Assert.Equal(3, times.Count);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(30), "expected Retry-After of 30 s to be obeyed"));
        Assert.DoesNotContain("possible repeat", Slack.Requests.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_ShowsTroubleAndRecovery_AndNeverAlertsAboutIt()
    {
        Slack.Answer(SlackAnswers.ServerError, SlackAnswers.ServerError);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => _bench.Status.Problems.Count == 1);
        Assert.Equal("server error (500)", _bench.Status.Problems["slack"]);
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered && _bench.Status.Problems.Count == 0);

        Assert.Single(_bench.Log.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.Single((await _bench.Store.ReadAlertsAsync(new(null, null, null, 10, null), default)).Alerts);
    }

    [Fact]
    public async Task Service_TellsItsRuns_AndWhyOneFailed()
    {
        Slack.Answer(SlackAnswers.ServerError);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered && Job("alerts-deliver") is { Succeeded: > 0, Failed: > 0 });

        Assert.Contains(Job("alerts-deliver")!.Runs, run => run.Error == "slack: server error (500)");
        Assert.True(Job("alerts-dispatch") is { Succeeded: > 0, Failed: 0 });
        Assert.True(Job("alerts-upkeep") is { Succeeded: > 0, Failed: 0 });

        JobView? Job(string name) => _bench.Jobs.Describe(100).FirstOrDefault(job => job.Job == name);
    }

    [Fact]
    public async Task Service_RecordsWhatSlackRefusesForGood()
    {
        Slack.Answer(SlackAnswers.Gone);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Failed);

        Assert.Single(Slack.Requests);
        Assert.Equal("slack: refused (410, channel_is_archived)", (await _bench.Store.FindRecordsAsync([Fire().Id], default))[0].Reason);
    }

    [Fact]
    public async Task Service_StopsWhileASendHangs_AndMarksTheRepeatAfterTheRestart()
    {
        Slack.Answer(SlackAnswers.TakeAndHang);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Slack.Requests.Any(request => request.Hangs));
        await _bench.StopAsync();
        Assert.Equal(AlertDelivery.Queued, Delivery(Fire()));
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Delivered);

        Assert.Equal([false, true], Slack.Taken.Select(request => request.Text.StartsWith("[possible repeat] ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Service_GivesUpAMessageThatGrewTooOld()
    {
        _bench.Options.MaxAge = TimeSpan.FromMinutes(1);
        Slack.Answer([.. Enumerable.Repeat(SlackAnswers.TooMany, 10)]);
        await _bench.AppendAsync(Fire());
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Delivery(Fire()) == AlertDelivery.Failed);

        Assert.StartsWith("slack: rate limited (429); given up after ", (await _bench.Store.FindRecordsAsync([Fire().Id], default))[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_KeepsTheAddressOutOfEveryLogAndSpan()
    {
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("System.Net", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans)
                {
                    spans.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var answers = Enum.GetValues<SlackAnswers>().Where(answer => answer != SlackAnswers.MessageNotFound).ToArray();
        Slack.Answer(answers);
        await _bench.AppendAsync([.. Enumerable.Range(0, answers.Length).Select(index => Fire(rule: $"rule-{index}"))]);
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => Slack.Requests.Count >= answers.Length && Enumerable.Range(0, answers.Length).All(index => Delivery(Fire(rule: $"rule-{index}")) >= AlertDelivery.Delivered));
        await _bench.StopAsync();

        var logged = _bench.Log.ToString();
        Assert.NotEmpty(_bench.Log.Entries);
        var runs = string.Join('\n', _bench.Jobs.Describe(100).SelectMany(job => job.Runs));
        Assert.Contains("slack: ", runs, StringComparison.Ordinal);
        foreach (var secret in (string[])[FakeSlack.Secret, "sEcReT", "/services/", Slack.Root])
        {
            Assert.DoesNotContain(secret, logged, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, runs, StringComparison.OrdinalIgnoreCase);
            lock (spans)
            {
                Assert.DoesNotContain(spans, span => span.Contains(secret, StringComparison.OrdinalIgnoreCase));
            }

            Assert.DoesNotContain(_bench.Status.Problems.Values, problem => problem.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        var records = await _bench.Store.FindRecordsAsync([.. Enumerable.Range(0, answers.Length).Select(index => Fire(rule: $"rule-{index}").Id)], default);
        Assert.DoesNotContain(records, record => record.Reason?.Contains("sEcReT", StringComparison.OrdinalIgnoreCase) == true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Service_DeliversEverythingThroughAnyMixtureOfTrouble_AndRepeatsOnlyWhatWasUnknown(int seed)
    {
        var random = new Random(seed);
        SlackAnswers[] kinds =
        [
            SlackAnswers.Ok, SlackAnswers.Ok, SlackAnswers.TooMany, SlackAnswers.ServerError, SlackAnswers.BadGateway, SlackAnswers.Garbage, SlackAnswers.TakeAndGarble,
            SlackAnswers.Reset, SlackAnswers.TakeAndReset, SlackAnswers.Hang, SlackAnswers.TakeAndHang,
        ];
        Slack.Answer([.. Enumerable.Range(0, 40).Select(_ => kinds[random.Next(kinds.Length)])]);
        var fired = Enumerable.Range(0, 20).Select(index => Fire(rule: $"rule-{index}")).ToArray();
        await _bench.AppendAsync(fired);
        await _bench.StartAsync();
        await _bench.AdvanceUntilAsync(() => fired.All(transition => Delivery(transition) == AlertDelivery.Delivered));

        foreach (var seen in Slack.Requests.GroupBy(request => (string?)request.Body!["blocks"]!.AsArray()[^1]!["elements"]![0]!["text"]))
        {
            var requests = seen.ToList();
            // After an answer that proves arrival or refusal nothing is a repeat; after one that proves nothing everything is.
            var unknown = false;
            foreach (var request in requests)
            {
                Assert.Equal(unknown, request.Text.StartsWith("[possible repeat] ", StringComparison.Ordinal));
                unknown |= request.Answer is not (SlackAnswers.Ok or SlackAnswers.TooMany or SlackAnswers.ServerError);
            }

            Assert.Equal(SlackAnswers.Ok, requests[^1].Answer);
            Assert.Single(requests, request => request.Answer == SlackAnswers.Ok);
        }

        var times = Slack.Requests.Select(request => request.Time).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
    }

    private AlertDelivery? Delivery(AlertTransition transition) =>
        ((InMemoryAlertStore)_bench.Store).FindRecordsAsync([transition.Id], default).GetAwaiter().GetResult().SingleOrDefault()?.Delivery;
}
