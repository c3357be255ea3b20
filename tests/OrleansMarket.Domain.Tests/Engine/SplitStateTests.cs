using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Engine;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>The hot state and its base together are the whole state, whatever was written when the process ended.</summary>
public sealed class SplitStateTests
{
    private const int SaveEvery = 211;

    private static readonly AlertRule[] Rules =
    [
        new() { Id = "move", Name = "Price move", Signal = Signal.PriceMove1m, Direction = AlertDirection.Magnitude, Enter = 0.05, Cooldown = TimeSpan.FromMinutes(5) },
        new() { Id = "whale", Name = "Whale", Signal = Signal.WhaleNotional, Enter = 100_000, Cooldown = TimeSpan.FromMinutes(2) },
    ];

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, true)]
    public void Load_IsTheWholeState_AfterACrashAtAnyWrite(int seed, bool disturbed)
    {
        var random = new Random(seed);
        var prints = disturbed ? Disturb(TestTape.Create(seed, 14_000, meanGapMillis: 300).Prints, random) : TestTape.Create(seed, 14_000, meanGapMillis: 300).Prints;
        var undisturbed = Session();
        var session = Session();
        var stored = new StoredParts();
        var saved = (Next: 0, Whole: session.Save());
        var crashes = 0;
        var bases = 0;
        for (var next = 0; next < prints.Length;)
        {
            next = Play(session, prints, next);
            var before = saved;
            var commit = session.TakeSnapshot();
            saved = (next, session.Save());
            Assert.InRange(commit.State!.Value.Length, 0, EngineState.MaxHotBytes);
            bases += commit.Base is null ? 0 : 1;
            var writes = stored.Writes(commit).ToArray();
            foreach (var (index, write) in writes.Index())
            {
                var expected = index == writes.Length - 1 ? saved : before;
                Assert.Equal(expected.Whole.ToArray(), Restore(write).Save().ToArray());
            }

            // Sometimes the process ends after one of the writes, and the next goes on from there.
            if (random.Next(6) == 0)
            {
                crashes++;
                var last = random.Next(writes.Length);
                stored = writes[last];
                saved = last == writes.Length - 1 ? saved : before;
                session = Restore(stored);
                next = saved.Next;
                continue;
            }

            stored = writes[^1];
            session.OnStateWritten();
            session.Acknowledge(commit);
            saved = (next, saved.Whole);
        }

        Play(undisturbed, prints, 0, prints.Length);
        _ = undisturbed.TakeCommit();
        _ = session.TakeCommit();
        Assert.Equal(undisturbed.Save().ToArray(), session.Save().ToArray());
        Assert.InRange(crashes, 5, int.MaxValue);
        Assert.InRange(bases, 3, prints.Length / SaveEvery);
    }

    [Fact]
    public void Load_IsTheWholeState_WhenNobodyKnowsWhetherTheHotStateWasWritten()
    {
        var prints = TestTape.Create(41, 14_000, meanGapMillis: 300).Prints;
        var session = Session();
        var stored = new StoredParts();
        var next = 0;
        EngineCommit commit;
        do
        {
            next = Play(session, prints, next);
            commit = session.TakeSnapshot();
            stored = stored.Writes(commit).Last();
            session.OnStateWritten();
            session.Acknowledge(commit);
        }
        while (commit.Base is null || next < 4_000);

        // The next base is there, the hot state that refers to it may be: the writer writes the same once more, and only then goes on.
        Assert.Null(session.TakeSnapshot().Base);
        do
        {
            next = Play(session, prints, next);
            commit = session.TakeSnapshot();
        }
        while (commit.Base is null);

        var expected = session.Save();
        var writes = stored.Writes(commit).ToArray();
        session.NotWritten();
        session.OnStateWritten();
        Assert.Equal(expected.ToArray(), Restore(writes[^1]).Save().ToArray());
        Assert.Null(session.TakeSnapshot().Base);
        Assert.Equal(expected.ToArray(), Restore(writes[^1].Writes(session.TakeSnapshot()).Last()).Save().ToArray());
    }

    [Fact]
    public void HotState_StaysSmall_WhateverWaits()
    {
        var prints = TestTape.Create(51, 30_000, meanGapMillis: 20, pauses: false).Prints;
        var session = Session();
        session.Engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        foreach (var print in prints[500..])
        {
            session.Apply(new ReceivedPrint(print, 0, 0)); // waits behind a gap
        }

        var commit = session.TakeSnapshot();
        Assert.Equal((500, 1), (session.Engine.MissingIds, session.Engine.OpenGapCount));
        Assert.InRange(commit.State!.Value.Length, 0, EngineState.MaxHotBytes);
        Assert.NotNull(commit.Base);
        Assert.InRange(commit.Base.Bytes.Length, EngineState.MaxHotBytes, 40 * prints.Length);
        Assert.Equal(session.Save().ToArray(), Restore(new StoredParts().Writes(commit).Last()).Save().ToArray());
    }

    [Fact]
    public void Load_ReadsTheSnapshotOfTheBuildBefore_AndMakesItABase()
    {
        var previous = FormerStates.OneSnapshot.Hot;
        var session = Session();
        Assert.Equal(EngineRestore.State, session.Load(FormerStates.OneSnapshot));
        Assert.Equal(previous.ToArray(), session.Save().ToArray());
        Assert.Equal(1, session.Engine.OpenGapCount);

        var commit = session.TakeSnapshot();
        Assert.NotNull(commit.Base);
        var restored = Session();
        restored.Load(new StoredParts().Writes(commit).Last().State!);
        Assert.Equal(previous.ToArray(), restored.Save().ToArray());
    }

    [Fact]
    public void Load_ReadsHotStateAndBase_AsFormerBuildsHaveWrittenThem()
    {
        var session = Session();
        Assert.Equal(EngineRestore.State, session.Load(FormerStates.TwoParts));

        Assert.Equal(FormerStates.TwoPartsWhole, session.Save().ToArray());
        Assert.Null(session.TakeSnapshot().Base);
        Assert.Single(session.Engine.Gaps);
        Assert.Equal(1, session.Engine.FiringAlerts);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(99)]
    public void Load_RefusesAStateOfANewerBuild(byte version)
    {
        var error = Assert.Throws<InvalidDataException>(() => Session().Load(new EngineState(new byte[] { version, 1, 2, 3 }, [])));
        Assert.Contains($"expected version 3 of an engine's hot state, found {version}: start with the build that wrote it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RefusesADamagedHotState()
    {
        var session = Session();
        Play(session, TestTape.Create(61, 60).Prints, 0, 60);
        var hot = session.TakeSnapshot().State!.Value;
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Session().Load(new EngineState(hot[..10], []))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Session().Load(new EngineState(hot[..^40], [])));
    }

    [Fact]
    public void Load_WithoutItsBase_GoesOnFromTheOtherOne()
    {
        var prints = TestTape.Create(71, 14_000, meanGapMillis: 300).Prints;
        var stored = TwoBases(prints, out var session, out var older, out var next);
        Assert.True(stored.State!.HasItsBase);

        var lost = older.Slot == 0 ? stored with { Odd = null } : stored with { Even = null };
        Assert.False(lost.State!.HasItsBase);
        var restored = Session();
        Assert.Equal(EngineRestore.OtherBase, restored.Load(lost.State));
        Assert.InRange(restored.Engine.NextId, TestTape.FirstId + 1, session.Engine.NextId - 1);

        // The trades since then come again, by id.
        Play(restored, prints, (int)(restored.Engine.NextId - TestTape.FirstId), next);
        _ = session.TakeCommit();
        _ = restored.TakeCommit();
        Assert.Equal(session.Save().ToArray(), restored.Save().ToArray());
    }

    [Fact]
    public void Load_WithoutAnyBase_TakesTheStoredMinutes()
    {
        var prints = TestTape.Create(72, 14_000, meanGapMillis: 300).Prints;
        var candles = new SortedDictionary<long, Candle>();
        var stored = TwoBases(prints, out var session, out _, out _, candles);
        var bare = stored with { Even = null, Odd = null };

        var restored = Session();
        Assert.Equal(EngineRestore.StoredMinutes, restored.Load(bare.State!, [.. candles.Values]));
        Assert.Equal(session.Engine.NextId, restored.Engine.NextId);
        Assert.Equal(session.Engine.Figures.Volatility.Realised24h, restored.Engine.Figures.Volatility.Realised24h);
        Assert.Equal(session.Engine.Figures.Spike, restored.Engine.Figures.Spike);
        Assert.InRange(restored.Engine.Figures.Whale.Sweeps, 0, session.Engine.Figures.Whale.Sweeps - 1);
        Assert.NotNull(restored.TakeSnapshot().Base);
    }

    [Fact]
    public void Load_WithNothingToGoOnFrom_SaysSo()
    {
        var session = Session();
        EngineCommit commit;
        var next = 0;
        var prints = TestTape.Create(73, 14_000, meanGapMillis: 300).Prints;
        do
        {
            next = Play(session, prints, next);
            commit = session.TakeSnapshot();
        }
        while (commit.Base is null);

        var error = Assert.Throws<InvalidDataException>(() => Session().Load(new EngineState(commit.State!.Value, [])));
        Assert.Contains("expected base 1 of the state of BTCUSDT, found none", error.Message, StringComparison.Ordinal);
    }

    private static StoredParts TwoBases(Print[] prints, out SymbolSession session, out EngineBase older, out int next, SortedDictionary<long, Candle>? candles = null)
    {
        session = Session();
        var stored = new StoredParts();
        var bases = new List<EngineBase>();
        next = 0;
        EngineCommit commit;
        do
        {
            next = Play(session, prints, next);
            commit = session.TakeSnapshot();
            foreach (var candle in commit.Candles.Where(candle => candle.Interval == CandleInterval.OneMinute))
            {
                candles?[candle.OpenTimeMicros] = candle;
            }

            bases.AddRange(commit.Base is { } whole ? [whole] : []);
            stored = stored.Writes(commit).Last();
            session.OnStateWritten();
            session.Acknowledge(commit);
        }
        while (bases.Count < 2 || commit.Base is not null);

        older = bases[^2];
        return stored;
    }

    private static Print[] Disturb(Print[] prints, Random random)
    {
        var lost = prints.Where((_, index) => index / 37 % 50 == 3).ToHashSet();
        return [.. prints
            .Select((print, index) => (print, Key: index + (lost.Contains(print) ? 600 : random.Next(-20, 20))))
            .OrderBy(pair => pair.Key).Select(pair => pair.print).SelectMany(print => Enumerable.Repeat(print, random.Next(8) == 0 ? 2 : 1))];
    }

    private static SymbolSession Session()
    {
        var session = new SymbolSession(TestTape.Spec, new EngineOptions { RepairPatience = TimeSpan.FromSeconds(90) }, SilentListener.Instance);
        session.Engine.SetRules(Rules);
        return session;
    }

    private static SymbolSession Restore(StoredParts stored)
    {
        var session = Session();
        if (stored.State is { } state)
        {
            Assert.Equal(EngineRestore.State, session.Load(state));
            session.Engine.SetRules(Rules);
        }

        return session;
    }

    private static int Play(SymbolSession session, Print[] prints, int from) => Play(session, prints, from, Math.Min(prints.Length, from + SaveEvery));

    private static int Play(SymbolSession session, Print[] prints, int from, int to)
    {
        for (var index = from; index < to; index++)
        {
            session.Apply(new ReceivedPrint(prints[index], 0, 0));
            if (index % 97 == 0)
            {
                session.Tick(TestTape.Start + (index * 225_000L), PipelineReading.Unknown);
            }
        }

        return to;
    }
}
