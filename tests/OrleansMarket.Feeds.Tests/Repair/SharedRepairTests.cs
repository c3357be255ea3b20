using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>Gaps of one symbol share requests: what many of them cost, and that none stands in the way of another.</summary>
public sealed class SharedRepairTests
{
    private const long Start = 1_767_225_600_000_000;
    private const long FirstId = 1_000_000;
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start).AddMinutes(10));

    [Theory]
    [InlineData(5_500, "trades")]
    [InlineData(2_000, "historicalTrades")]
    public async Task TwoHundredSingleTrades_AmongAThousandIds_CostOneRequest(int from, string request)
    {
        var history = new StubHistory(Tape(6_500)) { ServesHistoricalTrades = true };

        var repair = await RepairAsync(history, Singles(from, 200, every: 5));

        Assert.Empty(Remaining(repair));
        Assert.Equal(200, repair.Prints.Count);
        Assert.Equal([request], history.Calls);
    }

    [Fact]
    public async Task SingleTrades_AmongTheNewestAndBeyond_AreAskedForOnceEach()
    {
        var history = new StubHistory(Tape(6_000)) { ServesHistoricalTrades = true };

        var repair = await RepairAsync(history, Singles(4_600, 130, every: 10));

        Assert.Empty(Remaining(repair));
        Assert.Equal(["trades", "historicalTrades"], history.Calls);
    }

    [Fact]
    public async Task KnownStretches_AreSkippedWhereThatSavesARequest()
    {
        var history = new StubHistory(Tape(60_000)) { ServesHistoricalTrades = true };
        int[] at = [100, 200, 900, 1_050, 20_000, 20_999, 21_000, 50_000];

        var repair = await RepairAsync(history, [.. at.Select(index => (index, index))]);

        Assert.Empty(Remaining(repair));
        Assert.Equal([(100, 951), (20_000, 1_000), (21_000, 1), (50_000, 1)], history.Pages);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    public async Task TwoHundredSingleTrades_AreCutOutOfAggregates_LocatedOnce(int run, int calls)
    {
        var history = new StubHistory(Tape(60_000, run));
        var holes = Singles(3_000, 200, every: 5);
        var log = Log(history, holes);

        var repair = await RepairAsync(history, holes, log);

        Assert.Empty(Remaining(repair));
        Assert.Equal(history.Tape.Where((_, index) => holes.Contains((index, index))), repair.Prints);
        Assert.Equal(calls, history.Calls.Count);
        Assert.True(log.Reads <= 1, $"{log.Reads} reads of the log");
    }

    [Fact]
    public async Task AggregatesFarApart_AreLocatedByTimeEach_NearOnesArePaged()
    {
        var history = new StubHistory(Tape(60_000, run: 1));

        var repair = await RepairAsync(history, [(100, 140), (1_500, 1_501), (40_000, 40_010), (40_500, 40_501)]);

        Assert.Empty(Remaining(repair));
        Assert.Equal(["aggTrades by time", "aggTrades by id", "aggTrades by time"], history.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TradesThatTheExchangeDoesNotHave_KeepNoOthersFromBeingRepaired(bool historical)
    {
        // Thirty ids far from each other that nobody knows, and one after them that is known: more calls than one attempt makes.
        var lost = Enumerable.Range(1, 30).Select(n => n * 2_000).ToHashSet();
        var history = new StubHistory(Tape(70_000, run: 1), lost) { ServesHistoricalTrades = historical };
        (int, int)[] holes = [.. lost.Order().Select(index => (index, index)), (65_000, 65_009)];

        var first = await RepairAsync(history, holes);
        Assert.Empty(first.Prints);
        var unreached = first.Outcomes.Where(outcome => outcome.RetryAfter < TimeSpan.FromSeconds(1)).ToArray();
        Assert.InRange(unreached.Length, 2, 15);

        var second = await RepairAsync(history, [.. unreached.Select(outcome => ((int)(outcome.Gap.Missing.First - FirstId), (int)(outcome.Gap.Missing.Last - FirstId)))]);
        Assert.Equal(10, second.Prints.Count);
        Assert.All(second.Outcomes.SkipLast(1), outcome => Assert.True(outcome.RetryAfter >= TimeSpan.FromSeconds(2)));
        Assert.Empty(second.Outcomes[^1].Remaining);
    }

    [Fact]
    public async Task PartOfTheGaps_ThatTheDatabaseDoesNotKnowYet_WaitsAlone()
    {
        var history = new StubHistory(Tape(10_000)) { ServesHistoricalTrades = true, Happened = 9_000, Lag = 2_000 };

        var repair = await RepairAsync(history, [(1_000, 1_001), (6_990, 7_010), (7_500, 7_500), (8_500, 8_500)]);

        Assert.Equal([[], [new(FirstId + 7_000, FirstId + 7_010)], [new(FirstId + 7_500, FirstId + 7_500)], []], repair.Outcomes.Select(outcome => outcome.Remaining));
        Assert.All(repair.Outcomes.Where(outcome => outcome.Remaining.Count > 0), outcome => Assert.Contains("does not know these trades yet", outcome.Reason));
        Assert.Null(repair.Refusal);
    }

    [Fact]
    public async Task RefusedRequest_DefersWhatWasNotReached_AndKeepsTheRest()
    {
        var asked = 0;
        var history = new StubHistory(Tape(30_000))
        {
            ServesHistoricalTrades = true,
            Failure = _ => ++asked > 2 ? new ExchangeUnavailableException("over budget", TimeSpan.FromSeconds(17)) : null,
        };

        var repair = await RepairAsync(history, [(100, 100), (5_000, 5_005), (9_000, 9_000), (12_000, 12_100)]);

        Assert.Equal(7, repair.Prints.Count);
        Assert.Equal("over budget", repair.Refusal);
        Assert.Equal([null, null, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(17)], repair.Outcomes.Select(outcome => outcome.RetryAfter));
    }

    [Fact]
    public async Task HostThatChangesUnderWay_LeavesTheRestToAggregates()
    {
        StubHistory history = null!;
        var asked = 0;
        history = new StubHistory(Tape(30_000, run: 1))
        {
            ServesHistoricalTrades = true,
            Failure = call =>
            {
                history.ServesHistoricalTrades = ++asked < 2;
                return call == "historicalTrades" && asked == 2 ? new ExchangeUnavailableException("HTTP 451") : null;
            },
        };

        var repair = await RepairAsync(history, [(100, 100), (5_000, 5_005), (5_100, 5_100)]);

        Assert.Empty(Remaining(repair));
        Assert.Equal(["historicalTrades", "historicalTrades", "aggTrades by time"], history.Calls);
    }

    [Fact]
    public async Task AggregateThatCannotBeCut_WaitsForLong_TheOthersDoNot()
    {
        var history = new StubHistory(Tape(10_000, run: 10)) { Happened = 9_000 };

        var repair = await RepairAsync(history, [(23, 29), (100, 109), (8_995, 9_005)], new StubLog([]));

        Assert.Equal(TimeSpan.FromMinutes(10), repair.Outcomes[0].RetryAfter);
        Assert.Contains("not held any more", repair.Outcomes[0].Reason, StringComparison.Ordinal);
        Assert.Empty(repair.Outcomes[1].Remaining);
        Assert.True(repair.Outcomes[2].RetryAfter <= TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RandomGaps_AreClosedExactly_HoweverManyAttemptsThatTakes(bool historical)
    {
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var tape = Tape(random.Next(1_000, 40_000), random.Next(1, 4), seed: round);
            var history = new StubHistory(tape) { ServesHistoricalTrades = historical };
            var missing = new HashSet<int>();
            for (var hole = random.Next(1, 60); hole > 0; hole--)
            {
                var at = random.Next(1, tape.Length - 1);
                missing.UnionWith(Enumerable.Range(at, Math.Min(random.Next(1, 2) == 1 ? random.Next(1, 40) : 2_000, tape.Length - 1 - at)));
            }

            var found = new List<Print>();
            for (var attempt = 0; missing.Count > 0; attempt++)
            {
                Assert.True(attempt < 20, $"round {round}: {missing.Count} still missing");
                var holes = Runs(missing);
                var log = Log(history, holes);
                var repair = await RepairAsync(history, holes, log);
                Assert.True(history.TakeCalls() <= 21);
                Assert.Equal(holes.Length, repair.Outcomes.Count);
                Assert.All(repair.Outcomes, outcome => Assert.Equal(outcome.Remaining.Count == 0, outcome.RetryAfter is null));
                found.AddRange(repair.Prints);
                var closed = repair.Prints.SelectMany(print => Enumerable.Range((int)(print.FirstId - FirstId), (int)print.TradeCount)).ToHashSet();
                missing.ExceptWith(closed);
                if (repair.Outcomes.Any(outcome => outcome.Reason?.Contains("several holes", StringComparison.Ordinal) == true))
                {
                    missing.Clear(); // an aggregate around two holes stays open, and says so
                }
            }

            Assert.Equal(found.Sum(print => print.TradeCount), found.SelectMany(print => Enumerable.Range((int)(print.FirstId - FirstId), (int)print.TradeCount)).Distinct().Count());
            Assert.All(found.Where(print => print.TradeCount == 1), print => Assert.Equal(tape[print.FirstId - FirstId], print));
        }
    }

    private static Print[] Tape(int count, int run = 4, int seed = 1)
    {
        var random = new Random(seed);
        var tape = new Print[count];
        for (var i = 0; i < count; i++)
        {
            // Another price for each run, so that an aggregate is one run.
            tape[i] = Print.Trade(Btc, FirstId + i, Start + (i / run * 7_919L), 1_000_000 + (i / run % 1_000), random.Next(1, 100_000), (TakerSide)(i / run % 2));
        }

        return tape;
    }

    private static (int First, int Last)[] Singles(int from, int count, int every) => [.. Enumerable.Range(0, count).Select(n => (from + (n * every), from + (n * every)))];

    private static (int First, int Last)[] Runs(IReadOnlySet<int> ids)
    {
        var runs = new List<(int, int)>();
        foreach (var id in ids.Order())
        {
            if (runs.Count > 0 && runs[^1].Item2 == id - 1)
            {
                runs[^1] = (runs[^1].Item1, id);
            }
            else
            {
                runs.Add((id, id));
            }
        }

        return [.. runs];
    }

    private static List<IdRange> Remaining(GapRepair repair) => [.. repair.Outcomes.SelectMany(outcome => outcome.Remaining)];

    private static StubLog Log(StubHistory history, (int First, int Last)[] holes)
    {
        var missing = holes.SelectMany(hole => Enumerable.Range(hole.First, hole.Last - hole.First + 1)).ToHashSet();
        return new StubLog(history.Tape.Where((_, index) => !missing.Contains(index)));
    }

    private Task<GapRepair> RepairAsync(StubHistory history, (int First, int Last)[] holes, StubLog? log = null)
    {
        var gaps = holes.Select(hole => new Gap(
            new IdRange(FirstId + hole.First, FirstId + hole.Last), history.Tape[hole.First - 1].TradeTimeMicros, history.Tape[hole.Last + 1].TradeTimeMicros, GapState.Open));
        return new GapRepairPlanner(history, log ?? Log(history, holes), _clock, StubExchange.Metrics()).RepairAsync(Btc, [.. gaps], FirstId + history.Happened, default);
    }
}
