using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

public sealed class TailCheckLoopTests
{
    private const long Start = 1_700_000_040_000_000;

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start + 5));
    private readonly OneEngine _engine = new();
    private readonly ScriptedExchange _exchange;

    public TailCheckLoopTests()
    {
        _exchange = new ScriptedExchange(_clock);
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1);
    }

    [Fact]
    public async Task CheckDueAsync_OpensTheHoleAtTheTailOnceTheStreamHadTimeToBringIt()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = 13;
        await CheckAsync(tail, () => _engine.Apply(11, Start + 2));

        Assert.Equal(new IdRange(12, 13), Assert.Single(_engine.Session.Engine.Gaps).Missing);
    }

    [Fact]
    public async Task CheckDueAsync_AsksOnceAMinute_AndSoonAfterAnInterruption()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = 10;
        await CheckAsync(tail);
        await tail.CheckDueAsync(CancellationToken.None);
        Assert.Equal(1, _exchange.Asked);

        _engine.Session.OnInterrupted(Start + 5);
        await tail.CheckDueAsync(CancellationToken.None);
        Assert.Equal(1, _exchange.Asked); // the exchange's answer may be a second behind its trades

        await CheckAfterAsync(tail, TimeSpan.FromSeconds(1));
        Assert.Equal(2, _exchange.Asked);
        Assert.False(_engine.Session.Engine.TailIsUnknown);

        _clock.Advance(TimeSpan.FromSeconds(61));
        await CheckAsync(tail);
        Assert.Equal(3, _exchange.Asked);
        Assert.Empty(_engine.Session.Engine.Gaps);
    }

    [Fact]
    public async Task CheckDueAsync_AnAnswerFromBeforeAnInterruption_DoesNotTellWhatItLost()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = 10;
        _engine.Session.OnInterrupted(Start + 5);
        await tail.CheckDueAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await CheckAsync(tail, () => _engine.Session.OnInterrupted(Start + 6));
        Assert.True(_engine.Session.Engine.TailIsUnknown);

        _exchange.LastId = 12;
        await tail.CheckDueAsync(CancellationToken.None);
        await CheckAfterAsync(tail, TimeSpan.FromSeconds(1));
        Assert.Equal(new IdRange(11, 12), Assert.Single(_engine.Session.Engine.Gaps).Missing);
    }

    [Fact]
    public async Task CheckDueAsync_ATradeFromBeforeAnInterruptionThatComesAfterIt_ProvesNothing()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = 10;
        await CheckAsync(tail);

        _engine.Session.OnInterrupted(Start + 5);
        _engine.Apply(11, Start + 2); // it was on its way when the connection broke off; 12 and 13 were lost
        _exchange.LastId = 13;
        await tail.CheckDueAsync(CancellationToken.None);
        await CheckAfterAsync(tail, TimeSpan.FromSeconds(1));
        Assert.Equal(new IdRange(12, 13), Assert.Single(_engine.Session.Engine.Gaps).Missing);

        await tail.CheckDueAsync(CancellationToken.None);
        Assert.Equal(2, _exchange.Asked);
    }

    [Fact]
    public async Task CheckDueAsync_TellsOfASymbolWhoseIdsBeganAnew_OnceItIsSure()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _engine.Apply(200_000, Start + 2);
        _exchange.LastId = 7;
        await CheckAsync(tail);
        Assert.Null(tail.Contradiction); // the trade is seconds old: the answer may lag

        await CheckAfterAsync(tail, TimeSpan.FromMinutes(2));
        Assert.Null(tail.Contradiction); // one server may lag for longer

        _exchange.LastId = 11;
        await CheckAfterAsync(tail, TimeSpan.FromSeconds(60));
        Assert.StartsWith("BTCUSDT holds trade 200000 while the exchange's newest is 11: ", tail.Contradiction, StringComparison.Ordinal);

        _exchange.LastId = 200_000;
        await CheckAfterAsync(tail, TimeSpan.FromSeconds(60));
        Assert.Null(tail.Contradiction);
    }

    [Fact]
    public async Task RunAsync_ThatHasEnded_SaysNothingMore()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = 7;
        await CheckAfterAsync(tail, TimeSpan.FromMinutes(2));
        await CheckAfterAsync(tail, TimeSpan.FromMinutes(2));
        Assert.NotNull(tail.Contradiction);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail.RunAsync(new CancellationToken(canceled: true)));
        Assert.Null(tail.Contradiction); // another silo may lead now
    }

    [Fact]
    public async Task CheckDueAsync_KnowsASymbolThatRestsForADay()
    {
        var tail = new TailCheckLoop(_engine, _exchange, _clock, NullLogger<TailCheckLoop>.Instance, new JobLog());
        _exchange.LastId = -1; // so the exchange answers for a day without trades
        for (var minute = 1; minute < 5; minute++)
        {
            await CheckAfterAsync(tail, TimeSpan.FromMinutes(1));
        }

        Assert.Null(tail.Contradiction);
        Assert.Empty(_engine.Session.Engine.Gaps);
    }

    private Task CheckAfterAsync(TailCheckLoop tail, TimeSpan pause)
    {
        _clock.Advance(pause);
        return CheckAsync(tail);
    }

    private async Task CheckAsync(TailCheckLoop tail, Action? meanwhile = null)
    {
        var check = tail.CheckDueAsync(CancellationToken.None);
        meanwhile?.Invoke();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await check;
    }

    private sealed class ScriptedExchange(TimeProvider clock) : IExchange
    {
        public long LastId { get; set; }

        public int Asked { get; private set; }

        public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult<IReadOnlyDictionary<Symbol, LastTrade>>(
                new Dictionary<Symbol, LastTrade> { [OneEngine.Spec.Symbol] = new(LastId, 100, Micros.From(clock.GetUtcNow()) - 1) });
        }

        public Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Candle>> GetKlinesAsync(
            SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
