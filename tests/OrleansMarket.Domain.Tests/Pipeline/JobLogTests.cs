using OrleansMarket.Domain.Pipeline;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Domain.Tests.Pipeline;

public class JobLogTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly JobLog _jobs = new(runsPerJob: 3);

    [Fact]
    public async Task RunAsync_RemembersDurationAndWhatWentWrong()
    {
        List<string> started = [];
        List<JobRun> ended = [];
        _jobs.Started += started.Add;
        _jobs.Ended += ended.Add;
        var begun = _clock.GetUtcNow();
        await _jobs.RunAsync("repair", _clock, _ =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            return Task.CompletedTask;
        }, default);
        await _jobs.RunAsync("repair", _clock, outcome =>
        {
            outcome.Fail("first");
            outcome.Fail("second");
            return Task.CompletedTask;
        }, default);
        await Should.ThrowAsync<InvalidOperationException>(_jobs.RunAsync("repair", _clock, _ => throw new InvalidOperationException("broken"), default));

        var job = _jobs.Describe(10).ShouldHaveSingleItem();
        (job.Job, job.Succeeded, job.Failed).ShouldBe(("repair", 1, 2));
        job.Runs.Select(run => run.Error).ShouldBe(["broken", "first", null]);
        (job.Runs[2].Started, job.Runs[2].Duration, job.Runs[2].Success).ShouldBe((begun, TimeSpan.FromMilliseconds(40), true));
        (started.Count, ended.Count).ShouldBe((3, 3));
    }

    [Fact]
    public async Task RunAsync_AStopIsNoRun_ACancellationBySomethingElseIsAFailedOne()
    {
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(_jobs.RunAsync("repair", _clock, _ => throw new OperationCanceledException("the connection was lost"), stop.Token));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_jobs.RunAsync("repair", _clock, _ => throw new OperationCanceledException("the host stops"), stop.Token));

        _jobs.Describe(10).ShouldHaveSingleItem().Runs.ShouldHaveSingleItem().Error.ShouldBe("the connection was lost");
    }

    [Fact]
    public async Task RunPartAsync_AStopIsNoRun_ACancellationBySomethingElseIsAFailedOne()
    {
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(_jobs.RunPartAsync("deliver", "slack", _clock, _ => throw new OperationCanceledException("the connection was lost"), stop.Token));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_jobs.RunPartAsync("deliver", "file", _clock, _ => throw new OperationCanceledException("the host stops"), stop.Token));
        _clock.Advance(TimeSpan.FromSeconds(1));

        _jobs.Describe(10).ShouldHaveSingleItem().Runs.ShouldHaveSingleItem().Error.ShouldBe("slack: the connection was lost");
    }

    [Fact]
    public async Task RepeatAsync_RemembersTheCancellationThatEndsIt_UnlessItIsItsOwn()
    {
        using var stop = new CancellationTokenSource();
        var loop = _jobs.RepeatAsync("repair", TimeSpan.FromSeconds(1), _clock, _ => throw new OperationCanceledException("the connection was lost"), stop.Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<OperationCanceledException>(loop);
        var stopped = _jobs.RepeatAsync("tick", TimeSpan.FromSeconds(1), _clock, _ => Task.CompletedTask, stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(stopped);

        var job = _jobs.Describe(10).ShouldHaveSingleItem();
        (job.Job, job.Runs.ShouldHaveSingleItem().Error).ShouldBe(("repair", "the connection was lost"));
    }

    [Fact]
    public async Task Describe_KeepsTheLastRunsOfEachJob()
    {
        for (var run = 0; run < 5; run++)
        {
            await _jobs.RunAsync("tick", _clock, outcome =>
            {
                outcome.Fail($"{run}");
                return Task.CompletedTask;
            }, default);
        }

        await _jobs.RunAsync("commit", _clock, _ => Task.CompletedTask, default);
        _jobs.Describe(2).Select(job => (job.Job, job.Failed, string.Join(',', job.Runs.Select(run => run.Error)))).ShouldBe([("commit", 0, ""), ("tick", 5, "4,3")]);
        _jobs.Describe(10)[1].Runs.Count.ShouldBe(3);
    }

    [Fact]
    public async Task RunPartAsync_PartsOfASecondAreOneRun_AsLongAsItsSlowest_AndNamesWhoFailed()
    {
        var begun = _clock.GetUtcNow();
        foreach (var (part, error) in new[] { ("BTCUSDT", null), ("ETHUSDT", "the store is away"), ("SOLUSDT", "the store is full") })
        {
            await _jobs.RunPartAsync("commit", part, _clock, outcome =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(part == "ETHUSDT" ? 90 : 10));
                outcome.Fail(error);
                return Task.CompletedTask;
            }, default);
        }

        _jobs.Describe(10).ShouldBeEmpty("the second is not over");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var run = _jobs.Describe(10).ShouldHaveSingleItem().Runs.ShouldHaveSingleItem();
        (run.Started, run.Duration, run.Error).ShouldBe((begun, TimeSpan.FromMilliseconds(90), "ETHUSDT: the store is away (and 1 more of 3)"));
    }

    [Fact]
    public async Task RunPartAsync_ALaterPartEndsTheRound_AndWhatThrowsIsRememberedAndThrownOn()
    {
        await Should.ThrowAsync<InvalidOperationException>(_jobs.RunPartAsync("tick", "BTCUSDT", _clock, _ => throw new InvalidOperationException("broken"), default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        List<JobRun> ended = [];
        _jobs.Ended += ended.Add;
        await _jobs.RunPartAsync("tick", "BTCUSDT", _clock, _ => Task.CompletedTask, default);
        ended.ShouldHaveSingleItem().Error.ShouldBe("BTCUSDT: broken");
        await Should.ThrowAsync<OperationCanceledException>(_jobs.RunPartAsync("tick", "BTCUSDT", _clock, _ => throw new OperationCanceledException(), new CancellationToken(true)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var job = _jobs.Describe(10).ShouldHaveSingleItem();
        (job.Succeeded, job.Failed).ShouldBe((1, 1));
    }
}
