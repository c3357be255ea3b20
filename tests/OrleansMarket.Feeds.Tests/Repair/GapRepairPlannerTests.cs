using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

public sealed class GapRepairPlannerTests
{
    private const long Start = 1_767_225_600_000_000;
    private const long FirstId = 1_000_000;

    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Cut = new(new Symbol("PEPEUSDT"), 8, 2);

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start).AddMinutes(10));

    [Fact]
    public async Task RepairAsync_TakesAYoungHoleFromTheNewestTrades()
    {
        var tape = Tape(Btc, 3_000);
        var history = new StubHistory(Btc, tape) { ServesHistoricalTrades = true };

        var repair = await RepairAsync(history, tape, 2_500, 2_549);

        AssertComplete(repair, tape[2_500..2_550]);
        Assert.Equal(["trades"], history.Calls);
    }

    [Fact]
    public async Task RepairAsync_ReadsTradesByIdWhereServed()
    {
        var tape = Tape(Btc, 5_000);
        var history = new StubHistory(Btc, tape) { ServesHistoricalTrades = true };
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 100, 2_599);

        AssertComplete(repair, tape[100..2_600]);
        Assert.Equal(["historicalTrades", "historicalTrades", "historicalTrades"], history.Calls);
    }

    [Fact]
    public async Task RepairAsync_JoinsTheNewestTradesWithHistory()
    {
        var tape = Tape(Btc, 3_000);
        var history = new StubHistory(Btc, tape) { ServesHistoricalTrades = true };

        var repair = await RepairAsync(history, tape, 1_500, 2_499);

        AssertComplete(repair, tape[1_500..2_500]);
        Assert.Equal(["trades", "historicalTrades"], history.Calls);
    }

    [Fact]
    public async Task RepairAsync_ReadsAggregatesLocatedByTimeAndPagedByTheirOwnIds()
    {
        var tape = Tape(Btc, 12_000);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));
        var (first, last) = WholeAggregates(tape, 200, 9_000);

        var repair = await RepairAsync(history, tape, first, last);

        Assert.Empty(Remaining(repair));
        AssertSameSums(tape[first..(last + 1)], repair.Prints);
        Assert.Equal("aggTrades by time", history.Calls[0]);
        Assert.All(history.Calls.Skip(1), call => Assert.Equal("aggTrades by id", call));
        Assert.True(history.Calls.Count >= 2);
    }

    [Theory]
    [InlineData(1, 0)] // begins inside an aggregate
    [InlineData(0, 1)] // ends inside one
    [InlineData(1, 1)]
    public async Task RepairAsync_CutsAnAggregateByThePrintsHeld(int intoFirst, int beforeLast)
    {
        // Ids 0..9 at one price and time, 10..19 at the next, …
        var tape = Tape(Btc, 2_000, run: 10);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));
        var (first, last) = (20 + (3 * intoFirst), 49 - (4 * beforeLast));

        var repair = await RepairAsync(history, tape, first, last);

        Assert.Empty(Remaining(repair));
        AssertSameSums(tape[first..(last + 1)], repair.Prints);
    }

    [Fact]
    public async Task RepairAsync_CutsAHoleInTheMiddleOfOneAggregate()
    {
        var tape = Tape(Btc, 2_000, run: 10);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 24, 26);

        Assert.Equal(new IdRange(FirstId + 24, FirstId + 26), new IdRange(repair.Prints.Single().FirstId, repair.Prints.Single().LastId));
        AssertSameSums(tape[24..27], repair.Prints);
    }

    [Fact]
    public async Task RepairAsync_LeavesOpenWhatCannotBeCutAndSaysSo()
    {
        var tape = Tape(Btc, 2_000, run: 10);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await Planner(history, new StubLog([])).RepairAsync(Btc, [Hole(tape, 23, 49)], tape[^1].LastId + 1, default);

        Assert.Equal([new IdRange(FirstId + 23, FirstId + 29)], Remaining(repair));
        AssertSameSums(tape[30..50], repair.Prints);
        Assert.Contains("not held any more", repair.Outcomes[0].Reason, StringComparison.Ordinal);
        Assert.NotNull(repair.Outcomes[0].RetryAfter);
    }

    [Fact]
    public async Task RepairAsync_DoesNotCutByPrintsThatContradictTheAggregate()
    {
        var tape = Tape(Btc, 2_000, run: 10);
        var wrong = new Print(FirstId + 20, FirstId + 22, tape[20].TradeTimeMicros, tape[20].Price + 1, 5, 5, tape[20].Taker);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await Planner(history, new StubLog([wrong])).RepairAsync(Btc, [Hole(tape, 23, 29)], tape[^1].LastId + 1, default);

        Assert.Empty(repair.Prints);
        Assert.Contains("another price or side", repair.Outcomes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepairAsync_CutsByAggregatesHeldFromAnEarlierRepair()
    {
        var tape = Tape(Btc, 2_000, run: 10);
        var held = Print.Aggregate(Btc, FirstId + 20, FirstId + 22, tape[20].TradeTimeMicros, tape[20].Price, tape[20..23].Sum(trade => trade.Quantity), tape[20].Taker);
        var history = new StubHistory(Btc, tape);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await Planner(history, new StubLog([held])).RepairAsync(Btc, [Hole(tape, 23, 29)], tape[^1].LastId + 1, default);

        Assert.Empty(Remaining(repair));
        AssertSameSums(tape[23..30], repair.Prints);
    }

    [Fact]
    public async Task RepairAsync_FlagsQuoteAmountsThatMayDiffer()
    {
        var tape = Tape(Cut, 5_000, run: 10);
        var history = new StubHistory(Cut, tape);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 105, 1_999, Cut);

        Assert.Empty(Remaining(repair));
        Assert.All(repair.Prints, print => Assert.Equal(print.TradeCount > 1, print.QuoteIsApproximate));
        AssertSameSums(tape[105..2_000], repair.Prints, exactQuote: false);
    }

    [Fact]
    public async Task RepairAsync_PrefersIndividualTradesWhereAggregatesWouldBeApproximate()
    {
        var tape = Tape(Cut, 500, run: 10);
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(new StubHistory(Cut, tape), tape, 20, 39, Cut);

        Assert.Equal(tape[20..40], repair.Prints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RepairAsync_AsksAgainForWhatTheDatabaseDoesNotKnowYet(bool historical)
    {
        var tape = Tape(Btc, 3_000);
        var history = new StubHistory(Btc, tape) { ServesHistoricalTrades = historical, Happened = 2_600, Lag = 1_200 };
        _clock.Advance(TimeSpan.FromHours(2));
        var (first, last) = WholeAggregates(tape, 1_000, 1_900);

        var repair = await RepairAsync(history, tape, first, last);

        Assert.NotEmpty(repair.Prints);
        Assert.NotEmpty(Remaining(repair));
        Assert.NotNull(repair.Outcomes[0].RetryAfter);
        Assert.Contains("does not know these trades yet", repair.Outcomes[0].Reason, StringComparison.Ordinal);

        history.Lag = 0;
        List<Print> found = [.. repair.Prints];
        foreach (var range in Remaining(repair))
        {
            var next = await RepairAsync(history, tape, (int)(range.First - FirstId), (int)(range.Last - FirstId), heldToo: found);
            Assert.Empty(Remaining(next));
            found.AddRange(next.Prints);
        }

        AssertSameSums(tape[first..(last + 1)], found);
    }

    [Fact]
    public async Task RepairAsync_ClosesALargeHolePieceByPiece()
    {
        var tape = Tape(Btc, 60_000, run: 1);
        var history = new StubHistory(Btc, tape) { ServesHistoricalTrades = true };
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 0, 49_999);

        Assert.Equal(20, history.Calls.Count);
        Assert.Equal([new IdRange(FirstId + 20_000, FirstId + 49_999)], Remaining(repair));
        Assert.InRange(repair.Outcomes[0].RetryAfter!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task RepairAsync_KeepsWhatItFoundWhenTheBudgetEnds()
    {
        var tape = Tape(Btc, 5_000);
        var calls = 0;
        var history = new StubHistory(Btc, tape)
        {
            ServesHistoricalTrades = true,
            Failure = _ => ++calls > 2 ? new ExchangeUnavailableException("over budget", TimeSpan.FromSeconds(17)) : null,
        };
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 0, 3_999);

        Assert.Equal(tape[..2_000], repair.Prints);
        Assert.Equal((TimeSpan.FromSeconds(17), "over budget"), (repair.Outcomes[0].RetryAfter, repair.Outcomes[0].Reason));
        Assert.Equal([new IdRange(FirstId + 2_000, FirstId + 3_999)], Remaining(repair));
    }

    [Fact]
    public async Task RepairAsync_GoesOnWithAggregatesWhenTheHostChangesUnderWay()
    {
        var tape = Tape(Btc, 3_000, run: 10);
        StubHistory history = null!;
        history = new StubHistory(Btc, tape)
        {
            ServesHistoricalTrades = true,
            Failure = call =>
            {
                history.ServesHistoricalTrades = false;
                return call == "historicalTrades" ? new ExchangeUnavailableException("restricted") : null;
            },
        };
        _clock.Advance(TimeSpan.FromHours(2));

        var repair = await RepairAsync(history, tape, 100, 299);

        Assert.Empty(Remaining(repair));
        AssertSameSums(tape[100..300], repair.Prints);
    }

    [Fact]
    public async Task RepairAsync_FindsTheHoleAlsoWhenItsTimesAreOff()
    {
        var tape = Tape(Btc, 12_000, run: 3);
        _clock.Advance(TimeSpan.FromHours(2));
        var hole = Hole(tape, 3_000, 3_299);

        foreach (var shift in new[] { -Micros.PerSecond, Micros.PerSecond, 10 * Micros.PerMinute })
        {
            var shifted = hole with { AfterMicros = hole.AfterMicros + shift, BeforeMicros = hole.BeforeMicros + shift };
            var repair = await Planner(new StubHistory(Btc, tape), new StubLog([])).RepairAsync(Btc, [shifted], tape[^1].LastId + 1, default);
            Assert.Empty(Remaining(repair));
            AssertSameSums(tape[3_000..3_300], repair.Prints);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RepairAsync_ClosesRandomHolesExactly(bool cuts)
    {
        var spec = cuts ? Cut : Btc;
        var random = new Random(99);
        for (var round = 0; round < 200; round++)
        {
            var tape = Tape(spec, random.Next(50, 4_000), run: random.Next(1, 12), seed: round);
            var first = random.Next(tape.Length - 1);
            var last = random.Next(first, tape.Length - 1);
            var history = new StubHistory(spec, tape) { ServesHistoricalTrades = random.Next(2) == 0 };
            _clock.Advance(TimeSpan.FromMinutes(random.Next(2) * 120));

            var repair = await RepairAsync(history, tape, first, last, spec);

            Assert.Empty(Remaining(repair));
            Assert.Null(repair.Outcomes[0].RetryAfter);
            AssertSameSums(tape[first..(last + 1)], repair.Prints, exactQuote: !repair.Prints.Any(print => print.QuoteIsApproximate));
            Assert.True(repair.Prints.Zip(repair.Prints.Skip(1)).All(pair => pair.First.LastId < pair.Second.FirstId));
        }
    }

    private static Print[] Tape(SymbolSpec spec, int count, int run = 4, int seed = 1)
    {
        var random = new Random(seed);
        var tape = new Print[count];
        var (price, taker) = (1_000_000L, TakerSide.Buy);
        for (var i = 0; i < count; i++)
        {
            if (i % run == 0)
            {
                price += random.Next(-5, 6) is var step and not 0 ? step : 1;
                taker = (TakerSide)random.Next(2);
            }

            tape[i] = Print.Trade(spec, FirstId + i, Start + (i / run * 7_919L), price, random.Next(1, 100_000), taker);
        }

        return tape;
    }

    private static Gap Hole(Print[] tape, int first, int last) => new(
        new IdRange(FirstId + first, FirstId + last),
        first == 0 ? Start : tape[first - 1].TradeTimeMicros,
        last + 1 < tape.Length ? tape[last + 1].TradeTimeMicros : tape[^1].TradeTimeMicros,
        GapState.Open);

    private static (int First, int Last) WholeAggregates(Print[] tape, int first, int last)
    {
        while (first > 0 && tape[first].TradeTimeMicros == tape[first - 1].TradeTimeMicros)
        {
            first++;
        }

        while (tape[last].TradeTimeMicros == tape[last + 1].TradeTimeMicros)
        {
            last++;
        }

        return (first, last);
    }

    private static void AssertComplete(GapRepair repair, Print[] expected)
    {
        Assert.Equal(expected, repair.Prints);
        Assert.Empty(Remaining(repair));
        Assert.Null(repair.Outcomes[0].RetryAfter);
        Assert.Null(repair.Outcomes[0].Reason);
    }

    /// <summary>Every sum that a candle needs, per price, time and side: which trades were joined does not matter.</summary>
    private static void AssertSameSums(Print[] expected, IEnumerable<Print> found, bool exactQuote = true)
    {
        var prints = found.ToArray();
        Assert.Equal(expected.Length, prints.Sum(print => print.TradeCount));
        Assert.Equal(expected.Select(trade => trade.FirstId), prints.SelectMany(print => Enumerable.Range(0, (int)print.TradeCount).Select(i => print.FirstId + i)).Order());
        Assert.Equal(Sums(expected), Sums(prints));
        if (exactQuote)
        {
            Assert.Equal(Quote(expected), Quote(prints));
        }

        static IEnumerable<(long, long, TakerSide, long)> Sums(Print[] prints) => prints
            .GroupBy(print => (print.TradeTimeMicros, print.Price, print.Taker))
            .Select(group => (group.Key.TradeTimeMicros, group.Key.Price, group.Key.Taker, group.Sum(print => print.Quantity)))
            .Order();

        static Int128 Quote(Print[] prints) => prints.Aggregate((Int128)0, (sum, print) => sum + print.QuoteAmount);
    }

    private GapRepairPlanner Planner(ITradeHistory history, ITradeLog log) => new(history, log, _clock, StubExchange.Metrics());

    private static List<IdRange> Remaining(GapRepair repair) => [.. repair.Outcomes.SelectMany(outcome => outcome.Remaining)];

    private Task<GapRepair> RepairAsync(StubHistory history, Print[] tape, int first, int last, SymbolSpec? spec = null, IEnumerable<Print>? heldToo = null) =>
        RepairAsync(history, tape, [(first, last)], spec, heldToo);

    private Task<GapRepair> RepairAsync(StubHistory history, Print[] tape, (int First, int Last)[] holes, SymbolSpec? spec = null, IEnumerable<Print>? heldToo = null)
    {
        var held = tape.Where((_, index) => !holes.Any(hole => hole.First <= index && index <= hole.Last)).Concat(heldToo ?? []).DistinctBy(print => print.FirstId);
        return Planner(history, new StubLog(held)).RepairAsync(
            spec ?? Btc, [.. holes.Select(hole => Hole(tape, hole.First, hole.Last))], FirstId + history.Happened, default);
    }
}
