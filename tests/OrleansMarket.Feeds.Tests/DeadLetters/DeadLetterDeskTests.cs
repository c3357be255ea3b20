using System.Text;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.DeadLetters;
using OrleansMarket.Feeds.Tests.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.DeadLetters;

/// <summary>A letter that is replayed does what its trade would have done; what is refused again stays.</summary>
public sealed class DeadLetterDeskTests
{
    private const long Start = 1_700_000_040_000_000; // a whole minute

    private readonly OneEngine _engine = new();
    private readonly Letters _store = new();
    private readonly DeadLetterDesk _desk;

    public DeadLetterDeskTests()
    {
        _desk = new DeadLetterDesk(_engine, _store, new ManualTimeProvider());
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1, price: 9_000);
        _engine.Apply(13, Start + (3 * Micros.PerSecond), price: 9_500); // 11 and 12 are missing
    }

    [Fact]
    public async Task ReplayAsync_OfMissingTrades_ClosesTheGapAndMakesTheCandle()
    {
        var first = await _store.AddAsync(Frame(11, "1.00"));
        var second = await _store.AddAsync(Frame(12, "250.00"));

        var replay = await _desk.ReplayAsync([first, second], default);
        _engine.Apply(14, Start + Micros.PerMinute, price: 9_000);

        Assert.Equal((2, 0, 0), (replay.Accepted, replay.Duplicates, replay.Refused.Count));
        Assert.Equal(0, _engine.Session.Engine.MissingIds);
        var minute = Assert.Single(_engine.Session.UnstoredCandles(CandleInterval.OneMinute), candle => candle.OpenTimeMicros == Start);
        Assert.Equal((4, 100, 25_000, CandleStatus.Complete), (minute.TradeCount, minute.Low, minute.High, minute.Status));
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task ReplayAsync_OfATradeThatIsHeld_IsADuplicateAndTheLetterGoes()
    {
        var replay = await _desk.ReplayAsync([await _store.AddAsync(Frame(13, "1.00"))], default);

        Assert.Equal((0, 1, 0), (replay.Accepted, replay.Duplicates, replay.Refused.Count));
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task ReplayAsync_OfWhatIsStillWrong_CountsTheAttemptAndSaysWhy()
    {
        var broken = await _store.AddAsync(Frame(11, "nonsense"));
        var other = await _store.AddAsync("""{"e":"kline"}""");

        var replay = await _desk.ReplayAsync([broken, other, 99], default);

        Assert.Equal([broken, other, 99], replay.Refused.Keys.Order());
        Assert.Contains("price", replay.Refused[broken], StringComparison.Ordinal);
        Assert.Equal("expected a trade frame, found another message", replay.Refused[other]);
        Assert.Equal("there is no such letter", replay.Refused[99]);
        Assert.Equal([1, 1], _store.Kept.Select(letter => letter.Attempts));
        Assert.Equal(2, _engine.Session.Engine.MissingIds);
    }

    [Fact]
    public async Task ReplayAsync_OfAnIdThatNoExchangeHasReached_IsRefusedAgain_AndNothingIsMissing()
    {
        var trade = Print.Trade(OneEngine.Spec, 1_000_000_000_000_000, Start + (4 * Micros.PerSecond), 9_000, 50_000, TakerSide.Buy);
        _engine.Session.Apply(
            [new ReceivedPrint(trade, trade.TradeTimeMicros, trade.TradeTimeMicros)],
            (received, result) => _store.Keep(RefusedPrint.ToLetter(OneEngine.Spec, in received, result, new FeedSource(FeedKind.Live, "test"))));
        var letter = Assert.Single(_store.Kept);
        Assert.Equal(DeadLetterReason.TooFarAhead, letter.Reason);
        Assert.Contains("found 1000000000000000", letter.Error, StringComparison.Ordinal);

        var replay = await _desk.ReplayAsync([letter.Id], default);

        Assert.Equal([letter.Id], replay.Refused.Keys);
        Assert.Equal((2, 14), (_engine.Session.Engine.MissingIds, _engine.Session.Engine.NextId));
    }

    private static string Frame(long id, string price) =>
        $$"""{"e":"trade","E":{{Start + 2}},"s":"BTCUSDT","t":{{id}},"p":"{{price}}","q":"0.50000","T":{{Start + 2}},"m":false,"M":true}""";

    /// <summary>Letters in memory.</summary>
    private sealed class Letters : IDeadLetterStore
    {
        private long _next = 1;

        public List<DeadLetter> Kept { get; } = [];

        public async Task<long> AddAsync(string payload)
        {
            await AppendAsync(
                [new DeadLetter { ReceivedTimeMicros = Start, Reason = DeadLetterReason.UnknownSymbol, Error = "expected", Source = "test", Payload = Encoding.UTF8.GetBytes(payload) }],
                default);
            return Kept[^1].Id;
        }

        public Task AppendAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
        {
            foreach (var letter in letters)
            {
                Keep(letter);
            }

            return Task.CompletedTask;
        }

        public void Keep(DeadLetter letter) => Kept.Add(letter with { Id = _next++ });

        public Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<DeadLetter>>(Kept);

        public Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken) => Task.FromResult(Kept.Find(letter => letter.Id == id));

        public Task MarkAttemptAsync(long id, string error, CancellationToken cancellationToken)
        {
            var index = Kept.FindIndex(letter => letter.Id == id);
            Kept[index] = Kept[index] with { Attempts = Kept[index].Attempts + 1 };
            return Task.CompletedTask;
        }

        public Task<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => Task.FromResult(Kept.RemoveAll(letter => ids.Contains(letter.Id)));

        public Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<DeadLetterReason, long>> CountAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
