using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

public sealed class RepairLoopTests
{
    private const long Start = 1_700_000_040_000_000;

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start));
    private readonly OneEngine _engine = new();
    private readonly ScriptedRepairer _repairer = new();
    private readonly RepairLoop _loop;

    public RepairLoopTests()
    {
        _loop = new RepairLoop(_engine, _repairer, _clock, NullLogger<RepairLoop>.Instance, new JobLog());
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1);
    }

    [Fact]
    public async Task RepairDueAsync_LeavesAFreshGapToTheStreamFirst()
    {
        _engine.Apply(12, Start + 3);
        await _loop.RepairDueAsync(CancellationToken.None);
        Assert.Empty(_repairer.Asked);

        _engine.Apply(11, Start + 2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _loop.RepairDueAsync(CancellationToken.None);
        Assert.Empty(_repairer.Asked);
    }

    [Fact]
    public async Task RepairDueAsync_AsksAgainForWhatRemainsOnlyWhenItIsDue()
    {
        _engine.Apply(14, Start + 9);
        _repairer.Answer = gaps => new GapRepair(
            [Trade(12)], [new GapOutcome(gaps[0], [new(11, 11), new(13, 13)], TimeSpan.FromSeconds(30), "the database lags")]);
        await RunAsync(TimeSpan.FromSeconds(1));
        await RunAsync(TimeSpan.FromSeconds(28));
        Assert.Equal((1, 2), (_repairer.Asked.Count, _engine.Session.Engine.MissingIds));

        _repairer.Answer = Everything;
        await RunAsync(TimeSpan.FromSeconds(2));
        Assert.Equal([new(11, 11), new(13, 13)], _repairer.Asked[^1]);
        Assert.Equal(0, _engine.Session.Engine.MissingIds);
        Assert.Null(_loop.Error);
    }

    [Fact]
    public async Task RepairDueAsync_ObeysTheExchangeThatCannotBeAsked()
    {
        _engine.Apply(12, Start + 3);
        _repairer.Answer = gaps => new GapRepair(
            [], [.. gaps.Select(gap => new GapOutcome(gap, [gap.Missing], TimeSpan.FromMinutes(2), "HTTP 418: banned"))], "HTTP 418: banned");
        await RunAsync(TimeSpan.FromSeconds(1));
        await RunAsync(TimeSpan.FromSeconds(60));
        Assert.Single(_repairer.Asked);
        Assert.Equal("HTTP 418: banned", _loop.Error);
        Assert.Equal("HTTP 418: banned", Assert.Single(_engine.Session.OpenGaps()).Note);

        _repairer.Answer = Everything;
        await RunAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(2, _repairer.Asked.Count);
        Assert.Null(_loop.Error);
    }

    [Fact]
    public async Task RunAsync_ThatHasEnded_SaysNothingMore()
    {
        _engine.Apply(12, Start + 3);
        _repairer.Answer = gaps => new GapRepair(
            [], [.. gaps.Select(gap => new GapOutcome(gap, [gap.Missing], TimeSpan.FromMinutes(2), "HTTP 418: banned"))], "HTTP 418: banned");
        await RunAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull(_loop.Error);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _loop.RunAsync(new CancellationToken(canceled: true)));
        Assert.Null(_loop.Error); // another silo may lead now
    }

    [Fact]
    public async Task RepairDueAsync_AsksForAllGapsOfASymbolTogether()
    {
        _repairer.Answer = Everything;
        for (var id = 12; id < 50; id += 2)
        {
            _engine.Apply(id, Start + id);
        }

        await RunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(19, Assert.Single(_repairer.Asked).Count);
        Assert.Equal(0, _engine.Session.Engine.MissingIds);
    }

    [Fact]
    public async Task RepairDueAsync_CollectsTheGapsOfASymbolThatLosesTradesAllTheTime()
    {
        _repairer.Answer = Everything;
        for (var (id, second) = (12, 0); second < 120; second++)
        {
            _engine.Apply(id, Start + id);
            _engine.Apply(id + 2, Start + id + 2);
            id += 4;
            await RunAsync(TimeSpan.FromMilliseconds(500));
            await RunAsync(TimeSpan.FromMilliseconds(500));
        }

        Assert.InRange(_repairer.Asked.Count, 12, 16);
        Assert.True(_engine.Session.Engine.MissingIds <= 20);

        // Once it is well again, the next gap does not wait.
        await RunAsync(TimeSpan.FromSeconds(60));
        await RunAsync(TimeSpan.FromSeconds(60));
        _repairer.Asked.Clear();
        _engine.Apply(2_000, Start + 2_000);
        await RunAsync(TimeSpan.FromMilliseconds(500));
        Assert.Single(_repairer.Asked);
    }

    [Fact]
    public async Task RepairDueAsync_GivesGapsTriedAtDifferentTimesOneRequestAgain()
    {
        _repairer.Answer = gaps => new GapRepair([], [.. gaps.Select(gap => new GapOutcome(gap, [gap.Missing], TimeSpan.FromSeconds(2), "not known yet"))]);
        _engine.Apply(12, Start + 12);
        await RunAsync(TimeSpan.FromMilliseconds(500));
        _engine.Apply(14, Start + 14);
        await RunAsync(TimeSpan.FromMilliseconds(1_000));
        await RunAsync(TimeSpan.FromMilliseconds(500));
        await RunAsync(TimeSpan.FromMilliseconds(500));

        _repairer.Asked.Clear();
        for (var tenth = 0; tenth < 100; tenth++)
        {
            await RunAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(_repairer.Asked.Count, 4, 6);
        Assert.All(_repairer.Asked, asked => Assert.Equal(2, asked.Count));
    }

    [Fact]
    public async Task RepairDueAsync_GoesRound_WhereTheBudgetDoesNotSufficeForAll()
    {
        // Each symbol misses more than one attempt finds, and a minute's budget serves three attempts.
        var engines = Substitute.For<IEngines>();
        SymbolSpec[] specs = [.. Enumerable.Range(0, 10).Select(n => new SymbolSpec(new Symbol($"S{n}USDT"), 2, 5))];
        engines.Symbols.Returns(specs);
        engines.GetProgressAsync(default, default).ReturnsForAnyArgs(new EngineProgress(20_000, Start, [new Gap(new(1, 10_000), 1, 2, GapState.Open)], [], false));
        var (served, minute) = (new Dictionary<Symbol, int>(), 0L);
        var repairer = Substitute.For<IGapRepairer>();
        var left = 3;
        repairer.RepairAsync(default!, default!, default, default).ReturnsForAnyArgs(call =>
        {
            var (spec, gap) = (call.Arg<SymbolSpec>(), call.Arg<IReadOnlyList<Gap>>()[0]);
            var ends = TimeSpan.FromMinutes(minute + 1) - (_clock.GetUtcNow() - Micros.ToInstant(Start));
            if (left-- <= 0)
            {
                return new GapRepair([], [new GapOutcome(gap, [gap.Missing], ends, "over budget")], "over budget");
            }

            served[spec.Symbol] = served.GetValueOrDefault(spec.Symbol) + 1;
            return new GapRepair([Trade(1)], [new GapOutcome(gap, [gap.Missing], TimeSpan.FromMilliseconds(100), "more follows")]);
        });
        var loop = new RepairLoop(engines, repairer, _clock, NullLogger<RepairLoop>.Instance, new JobLog());
        for (var half = 0; half < 2 * 60 * 10; half++)
        {
            (left, minute) = half % 120 == 0 ? (3, half / 120) : (left, minute);
            await loop.RepairDueAsync(CancellationToken.None);
            _clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(10, served.Count);
        Assert.All(served.Values, count => Assert.InRange(count, 2, 4));
    }

    private static Print Trade(long id) => Print.Trade(OneEngine.Spec, id, Start + id, 100, 1, TakerSide.Buy);

    private static GapRepair Everything(IReadOnlyList<Gap> gaps) => new(
        [.. gaps.SelectMany(gap => Enumerable.Range((int)gap.Missing.First, (int)gap.Missing.Count)).Select(id => Trade(id))],
        [.. gaps.Select(gap => new GapOutcome(gap, [], null, null))]);

    private async Task RunAsync(TimeSpan after)
    {
        await _loop.RepairDueAsync(CancellationToken.None);
        _clock.Advance(after);
        await _loop.RepairDueAsync(CancellationToken.None);
    }

    private sealed class ScriptedRepairer : IGapRepairer
    {
        /// <summary>Gets the gaps of every attempt.</summary>
        public List<IReadOnlyList<IdRange>> Asked { get; } = [];

        public Func<IReadOnlyList<Gap>, GapRepair> Answer { get; set; } =
            gaps => new GapRepair([], [.. gaps.Select(gap => new GapOutcome(gap, [gap.Missing], TimeSpan.FromSeconds(1), "nothing found"))]);

        public Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken)
        {
            Asked.Add([.. gaps.Select(gap => gap.Missing)]);
            return Task.FromResult(Answer(gaps));
        }
    }
}
