using NSubstitute;
using NSubstitute.ExceptionExtensions;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Engine;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Symbols;

public sealed class SymbolGrainTests
{
    [Fact]
    public async Task Engine_HearsItsStream_AndAnswers()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 1_300);

        var state = await bench.Grain.DescribeAsync(GrainBench.Start, CancellationToken.None);
        state.Counts.Trades.ShouldBe(1_300);
        state.Overview.LastTradeId.ShouldBe(1_300);
        state.OpenCandles.Count.ShouldBe(CandleInterval.All.Count);
        (await bench.Grain.GetUnstoredCandlesAsync(CandleInterval.OneMinute, CancellationToken.None)).Sum(candle => candle.TradeCount).ShouldBe(1_300);
    }

    [Fact]
    public async Task Batches_AreNotSaved_TheStateIsAtMostEveryFiveSeconds()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.Grain.KeepAsync(CancellationToken.None);
        bench.Given.Storage.Writes.ShouldBe(1, "where it begins");
        for (var round = 0; round < 2; round++)
        {
            var before = bench.Given.Storage.Writes;
            await bench.TradeAsync((round * 20_000) + 1, 10_000);
            bench.Given.Clock.Advance(HotStateWriter.Period - TimeSpan.FromSeconds(1));
            await bench.TradeAsync((round * 20_000) + 10_001, 10_000);
            await bench.TickAsync();
            bench.Given.Storage.Writes.ShouldBe(before);

            bench.Given.Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.BecomesTrueAsync(() => bench.Given.Storage.Writes > before, "a saved state");
            await bench.TradeAsync((round * 20_000) + 20_001, 1);
            await bench.TickAsync();
            bench.Given.Storage.Writes.ShouldBe(before + 1);
        }
    }

    [Fact]
    public async Task TicksAndSaves_AreJobs_AndAFailedSaveSaysWhose()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 1_300);
        await Eventually.BecomesTrueAsync(() => Runs("tick").Length > 0 && Runs("commit").Any(run => run.Success), "ticks and saves");
        Runs("tick").ShouldAllBe(run => run.Success);

        bench.Given.Storage.IsBroken = true;
        await bench.TradeAsync(1_301, 1_300);
        await Eventually.BecomesTrueAsync(() => Runs("commit")[0].Error is { } error && error.StartsWith($"{GrainBench.Name}: ", StringComparison.Ordinal), "a save that failed");

        JobRun[] Runs(string job)
        {
            bench.Given.Clock.Advance(TimeSpan.FromSeconds(1));
            return [.. bench.Given.Jobs.Describe(10).Where(found => found.Job == job).SelectMany(found => found.Runs)];
        }
    }

    [Fact]
    public async Task State_OfADayOfTrades_IsBounded()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 90_000, perSecond: 1);
        (await bench.SaveAsync()).ShouldBeTrue();

        bench.Given.Storage.States[GrainBench.Name].Length.ShouldBeInRange(1, EngineState.MaxHotBytes);
        bench.Given.Storage.Bases.ShouldHaveSingleItem();
        Restored(bench).Engine.NextId.ShouldBe(90_001);
    }

    [Fact]
    public async Task HotState_ThatMayOrMayNotBeWritten_IsWrittenAgainBeforeTheNextBase()
    {
        await using var bench = await GrainBench.StartAsync();
        var storage = bench.Given.Storage;
        await bench.TradeAsync(1, 20_000, perSecond: 1);
        (await bench.SaveAsync()).ShouldBeTrue();
        var first = storage.Bases.ShouldHaveSingleItem();

        await bench.TradeAsync(20_001, 20_000, perSecond: 1);
        storage.IsBroken = true;
        (await bench.SaveAsync()).ShouldBeFalse();
        (await bench.SaveAsync()).ShouldBeFalse();
        storage.Bases.Count.ShouldBe(2);
        storage.Bases[first.Key].ShouldBe(first.Value, "the stored hot state still refers to it");
        Restored(bench).Engine.NextId.ShouldBe(20_001);

        await bench.TradeAsync(40_001, 20_000, perSecond: 1);
        storage.IsBroken = false;
        (await bench.SaveAsync()).ShouldBeTrue();
        Restored(bench).Engine.NextId.ShouldBe(60_001);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(TaskCanceledException))] // what a lost connection calls it
    public async Task Conclusions_WaitInTheState_UntilTheyAreTaken(Type failure)
    {
        await using var bench = await GrainBench.StartAsync(given =>
            given.Candles.AppendAsync(default!, default!, default).ThrowsAsyncForAnyArgs((Exception)Activator.CreateInstance(failure)!));
        await bench.TradeAsync(1, 300);
        (await bench.SaveAsync()).ShouldBeFalse();
        bench.Given.Saves.Describe().ShouldNotBeNull();

        Waiting(bench).Candles.ShouldNotBeEmpty();
        var stored = new List<Candle>();
        bench.Given.Candles.AppendAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            stored.AddRange(call.ArgAt<IReadOnlyList<Candle>>(1));
            return Task.CompletedTask;
        });
        (await bench.SaveAsync()).ShouldBeTrue();
        (await bench.SaveAsync()).ShouldBeTrue();

        stored.Where(candle => candle.Interval == CandleInterval.OneSecond).Min(candle => candle.FirstId).ShouldBe(1);
        Waiting(bench).Candles.ShouldBeEmpty();
    }

    [Fact]
    public async Task LostAcknowledgement_MakesNoSecondAlert()
    {
        var alerts = new ForgetfulAlerts();
        await using var bench = await GrainBench.StartAsync(given => given.Alerts = alerts.Store);
        await bench.Grain.SetRulesAsync(
            [new AlertRule { Id = "any", Name = "Any move", Signal = Signal.BuyShare1m, Direction = AlertDirection.Above, Enter = 0.01, Exit = 0.005, Cooldown = TimeSpan.Zero }],
            CancellationToken.None);
        await bench.TradeAsync(1, 4_000);
        alerts.LosesAcknowledgements = true;
        (await bench.SaveAsync()).ShouldBeFalse();
        Waiting(bench).Alerts.ShouldNotBeEmpty();

        alerts.LosesAcknowledgements = false;
        (await bench.SaveAsync()).ShouldBeTrue();
        (await bench.SaveAsync()).ShouldBeTrue();

        alerts.Appended.Count.ShouldBeGreaterThan(alerts.Appended.Distinct().Count(), "the transitions were handed on again");
        var records = await alerts.Log.ReadNewAsync(1_000, CancellationToken.None);
        records.Select(record => record.Id).ShouldBeUnique();
        records.Select(record => record.Id).Order().ShouldBe(alerts.Appended.Distinct().Order());
        Waiting(bench).Alerts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StateOfAFormerBuild_IsGoneOnFrom(bool twoParts)
    {
        var state = twoParts ? FormerStates.TwoParts : FormerStates.OneSnapshot;
        await using var bench = await GrainBench.StartAsync(given =>
        {
            given.Storage.States[GrainBench.Name] = state.Hot.ToArray();
            foreach (var whole in state.Bases)
            {
                given.Storage.Bases[(GrainBench.Name, whole.Slot == 0 ? BaseState.Even : BaseState.Odd)] = whole.Bytes.ToArray();
            }
        });
        var before = Restored(bench).Engine;
        await bench.TradeAsync(before.NextId, 10);
        (await bench.SaveAsync()).ShouldBeTrue();

        var after = Restored(bench).Engine;
        after.NextId.ShouldBe(before.NextId + 10);
        after.Gaps.ShouldHaveSingleItem().Missing.ShouldBe(before.Gaps.ShouldHaveSingleItem().Missing);
    }

    [Fact]
    public async Task NewerState_IsRefusedInWords_AndLeftAsItIs()
    {
        var newer = FormerStates.Newer.Hot.ToArray();
        await using var bench = await GrainBench.StartAsync(given => given.Storage.States[GrainBench.Name] = newer);

        var report = await bench.Grain.ReportAsync(GrainBench.Start, CancellationToken.None);
        report.Failure.ShouldNotBeNull().ShouldContain("found 99");
        (await bench.SaveAsync()).ShouldBeFalse();
        await bench.Cluster.StopAllSilosAsync();

        bench.Given.Storage.States[GrainBench.Name].ShouldBe(newer);
    }

    [Fact]
    public async Task ColdStart_IsSavedBeforeTheFirstTrade()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.Grain.KeepAsync(CancellationToken.None);

        Restored(bench).Engine.NextId.ShouldBe(-1);
    }

    [Fact]
    public async Task ColdStart_ThatCannotBeSaved_TakesNoTrades()
    {
        await using var bench = await GrainBench.StartAsync(given => given.Storage.IsBroken = true);
        (await Should.ThrowAsync<InvalidOperationException>(() => bench.Grain.KeepAsync(CancellationToken.None))).Message.ShouldContain("expected to save");

        bench.Given.Storage.IsBroken = false;
        await bench.TradeAsync(1, 10);
    }

    [Fact]
    public async Task OvertakenEngine_Ends_AndTheNextGoesOnFromWhatTheOtherSaved()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 100);
        (await bench.SaveAsync()).ShouldBeTrue();
        await bench.TradeAsync(101, 100);
        bench.Given.Storage.IsOvertaken = true;
        (await bench.SaveAsync()).ShouldBeFalse();
        bench.Given.Storage.IsOvertaken = false;

        await Eventually.BecomesTrueAsync(
            async () => (await bench.Grain.GetProgressAsync(CancellationToken.None)).NextId == 101, "the engine of the other");
        Restored(bench).Engine.NextId.ShouldBe(101);
    }

    [Fact]
    public async Task FailedEngine_IsNotSaved_AndTheNextGoesOnFromItsLastGoodState()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 1_300);
        (await bench.SaveAsync()).ShouldBeTrue();
        Candle twice = new() { Interval = CandleInterval.OneDay, OpenTimeMicros = 0, Open = 1, High = 1, Low = 1, Close = 1 };
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await bench.TradeAsync(1_301, 100);
                (await bench.Grain.RebuildAsync(
                    new CandleRebuild(GrainBench.Start, [Print.Trade(GrainBench.Spec, 1, GrainBench.Start, 1, 1, TakerSide.Buy)], [twice, twice]), CancellationToken.None)).ShouldBeFalse();
                var saved = await bench.SaveAsync();
                if ((await bench.Grain.ReportAsync(GrainBench.Start, CancellationToken.None)).Failure is null)
                {
                    return false; // ten seconds have passed on a machine that does much else, and it was the next engine that was asked to save
                }

                saved.ShouldBeFalse();
                return true;
            },
            "an engine that has failed");
        await Eventually.BecomesTrueAsync(
            async () => (await bench.Grain.ReportAsync(GrainBench.Start, CancellationToken.None)).Failure is null, "an engine that runs");
        (await bench.Grain.GetProgressAsync(CancellationToken.None)).NextId.ShouldBe(1_301);
    }

    [Fact]
    public async Task BatchThatFailsTheEngine_IsNotCounted()
    {
        var series = Substitute.For<ISeriesSink>();
        series.When(sink => sink.OnTrade(Arg.Any<SymbolSpec>(), Arg.Any<ReceivedPrint>())).Throw(new InvalidOperationException("a defect"));
        await using var bench = await GrainBench.StartAsync(given => given.Series = series);
        await bench.PublishAsync(1, 100);
        await Eventually.BecomesTrueAsync(() => series.ReceivedCalls().Any(), "a batch that reaches the engine");
        await bench.Grain.KeepAsync(CancellationToken.None); // in turn, after the batch

        bench.Given.Stats.Produced.ShouldBe(0);
        bench.Given.Stats.Describe().Latency.Where(stage => stage.Stage != "store").ShouldAllBe(stage => stage.Count == 0);
    }

    [Fact]
    public async Task ConclusionsThatNobodyKeeps_AreBounded_AndNoneIsLost()
    {
        await using var bench = await GrainBench.StartAsync(given =>
        {
            given.Engine = new EngineOptions { MaxWaitingConclusions = 64 };
            given.Candles.AppendAsync(default!, default!, default).ThrowsAsyncForAnyArgs(new IOException("the candle store is away"));
        });
        await bench.TradeAsync(1, 50, perSecond: 1);
        (await bench.SaveAsync()).ShouldBeFalse();
        bench.Given.Saves.Describe().ShouldBe("1 engines cannot be saved and are tried again: the candle store is away");
        await bench.TradeAsync(51, 250, perSecond: 1);
        (await bench.SaveAsync()).ShouldBeFalse();

        // Too much waits: nothing more is taken, nothing that waits is given up, and health says so.
        await bench.PublishAsync(301, 100, perSecond: 1);
        (await Should.ThrowAsync<InvalidOperationException>(() => bench.ApplyAsync(301))).Message.ShouldContain("nobody keeps what it concluded");
        (await bench.Grain.GetProgressAsync(CancellationToken.None)).NextId.ShouldBe(301);
        bench.Given.Saves.Describe().ShouldNotBeNull().ShouldEndWith("too much waits, so these take no trades until it is kept, and catch up then: BTCUSDT");

        var stored = new List<Candle>();
        bench.Given.Candles.AppendAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            stored.AddRange(call.ArgAt<IReadOnlyList<Candle>>(1));
            return Task.CompletedTask;
        });
        await bench.SaveAsync();

        // The next engine goes on from there.
        await Eventually.BecomesTrueAsync(
            async () => bench.Given.Saves.Describe() is null && await bench.TakesAsync(301), "an engine that takes trades");
        stored.Where(candle => candle.Interval == CandleInterval.OneSecond).Select(candle => candle.FirstId).Distinct().Order()
            .Take(290).ShouldBe(Enumerable.Range(1, 290).Select(id => (long)id));
        Restored(bench).Engine.NextId.ShouldBeGreaterThanOrEqualTo(301);
    }

    [Fact]
    public async Task Stop_SavesWhatWasTaken()
    {
        var bench = await GrainBench.StartAsync();
        await bench.TradeAsync(1, 100);
        await bench.DisposeAsync();

        Restored(bench).Engine.NextId.ShouldBe(101);
    }

    /// <summary>What waits in the saved state.</summary>
    private static EngineCommit Waiting(GrainBench bench) => Restored(bench).TakeSnapshot();

    private static SymbolSession Restored(GrainBench bench)
    {
        var session = new SymbolSession(GrainBench.Spec, new EngineOptions(), Substitute.For<IMarketListener>());
        session.Load(bench.Given.Storage.StateOf(GrainBench.Name));
        return session;
    }
}
