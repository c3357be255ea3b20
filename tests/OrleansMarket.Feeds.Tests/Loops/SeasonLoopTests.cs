using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Loops;
using OrleansMarket.Feeds.Tests.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Loops;

/// <summary>Four weeks of minutes are read once, in pieces where it must be, and judged by hour of the week.</summary>
public sealed class SeasonLoopTests
{
    private static readonly DateTimeOffset Now = new(2024, 8, 8, 17, 30, 0, TimeSpan.Zero); // a Thursday
    private static readonly long Today = Micros.From(new DateTimeOffset(Now.Date, TimeSpan.Zero));

    private readonly ManualTimeProvider _clock = new(Now);
    private readonly OneEngine _engine = new(new EngineOptions { Analytics = new AnalyticsOptions { SeasonalBaseline = true } });
    private readonly StoredCandles _store = new();
    private readonly Settings _settings = new();
    private readonly Klines _exchange = new();
    private JobOutcome _outcome = new();

    [Fact]
    public async Task KeepAsync_ReadsFourWeeksOfWholeDays_AndTheSpikeIsSeasonal()
    {
        await KeepAsync(Loop());

        Assert.Equal(28, _exchange.Asked.Count);
        Assert.Equal((Today - (28 * Micros.PerDay), Today), (_exchange.Asked.Min(asked => asked.From), _exchange.Asked.Max(asked => asked.To)));
        var spike = _engine.Session.Engine.Figures.Spike;
        Assert.True(spike.IsSeasonal);
        Play(Now);
        spike = _engine.Session.Engine.Figures.Spike;
        Assert.Equal((240, 240), (spike.ZScore.Samples, spike.ActiveMinutes));
        Assert.Equal(Klines.QuoteVolume(Micros.From(Now)), spike.MedianQuoteVolume, 3);
    }

    [Fact]
    public async Task KeepAsync_AfterARestartAsksForNothing()
    {
        await KeepAsync(Loop());
        _exchange.Asked.Clear();
        var restarted = new OneEngine(new EngineOptions { Analytics = new AnalyticsOptions { SeasonalBaseline = true } });

        await KeepAsync(Loop(restarted));

        Assert.Empty(_exchange.Asked);
        Assert.True(restarted.Session.Engine.Figures.Spike.IsSeasonal);
    }

    [Fact]
    public async Task KeepAsync_GoesOnWhereTheExchangeRefused()
    {
        _exchange.RefuseAfter = 5;
        var loop = Loop();
        await KeepAsync(loop);
        Assert.Equal("the budget is used up", _outcome.Error);
        Assert.False(_engine.Session.Engine.Figures.Spike.IsSeasonal);

        _exchange.RefuseAfter = int.MaxValue;
        await KeepAsync(loop); // too early: the exchange said when
        Assert.Equal(6, _exchange.Asked.Count);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await KeepAsync(Loop()); // also by another process

        Assert.Equal(28, _exchange.Asked.Distinct().Count());
        Assert.Equal(29, _exchange.Asked.Count); // only the refused day twice
        Assert.True(_engine.Session.Engine.Figures.Spike.IsSeasonal);
    }

    [Fact]
    public async Task KeepAsync_ReadsTheNewDayOnceItIsOver_AndNoDayThatWeHoldOurselves()
    {
        var loop = Loop();
        await KeepAsync(loop);
        _exchange.Asked.Clear();
        _clock.Advance(TimeSpan.FromDays(1));
        await KeepAsync(loop);
        Assert.Equal((Today, Today + Micros.PerDay), Assert.Single(_exchange.Asked));

        _store.Stored.AddRange(Klines.Of(Today + Micros.PerDay, Today + (2 * Micros.PerDay)));
        _exchange.Asked.Clear();
        _clock.Advance(TimeSpan.FromDays(1));
        await KeepAsync(loop);
        Assert.Empty(_exchange.Asked);
    }

    [Fact]
    public async Task KeepAsync_LeavesOurOwnCandlesAsTheyAre()
    {
        var own = Klines.Of(Today - Micros.PerDay, Today - Micros.PerDay + Micros.PerMinute)[0] with { FirstId = 7, LastId = 8, Flags = CandleFlags.None };
        _store.Stored.Add(own);

        await KeepAsync(Loop());

        Assert.Equal(own, Assert.Single(_store.Stored, candle => candle.OpenTimeMicros == own.OpenTimeMicros));
        Assert.Equal(28 * 1_440, _store.Stored.Count);
    }

    private async Task KeepAsync(SeasonLoop loop)
    {
        _outcome = new JobOutcome();
        await loop.KeepAsync(_outcome, CancellationToken.None);
    }

    private SeasonLoop Loop(OneEngine? engine = null) =>
        new(engine ?? _engine, _exchange, _store, _settings, _clock, NullLogger<SeasonLoop>.Instance, new JobLog());

    /// <summary>A whole minute before an instant, and the trade that ends it.</summary>
    private void Play(DateTimeOffset until)
    {
        var end = Micros.From(until);
        _engine.Session.Engine.ExpectFrom(1, end - Micros.PerMinute);
        _engine.Apply(1, end - Micros.PerMinute + 1);
        _engine.Apply(2, end + Micros.PerSecond);
    }

    /// <summary>An exchange whose minutes are worth more from hour to hour of the week.</summary>
    private sealed class Klines : IExchange
    {
        public List<(long From, long To)> Asked { get; } = [];

        public int RefuseAfter { get; set; } = int.MaxValue;

        public static double QuoteVolume(long micros) => 1_000 + (100 * ((micros / Micros.PerHour) % 168));

        public static List<Candle> Of(long from, long to)
        {
            var candles = new List<Candle>();
            for (var open = from; open < to; open += Micros.PerMinute)
            {
                candles.Add(new Candle
                {
                    Interval = CandleInterval.OneMinute,
                    OpenTimeMicros = open,
                    Open = 100,
                    High = 100,
                    Low = 100,
                    Close = 100,
                    QuoteVolume = (Int128)QuoteVolume(open) * ScaledNumber.PowerOfTen(OneEngine.Spec.QuoteDecimals),
                    TradeCount = 1,
                    FirstId = -1,
                    LastId = -1,
                    Status = CandleStatus.Verified,
                    Flags = CandleFlags.FromExchange,
                });
            }

            return candles;
        }

        public Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken)
        {
            Asked.Add((fromMicros, toMicros));
            return Asked.Count > RefuseAfter
                ? throw new ExchangeUnavailableException("the budget is used up", TimeSpan.FromMinutes(1))
                : Task.FromResult<IReadOnlyList<Candle>>(Of(fromMicros, toMicros));
        }

        public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Settings : ISettingsStore
    {
        private readonly Dictionary<string, string> _values = [];

        public Task<string?> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_values.GetValueOrDefault(name));

        public Task SetAsync(string name, string? value, CancellationToken cancellationToken)
        {
            _values[name] = value!;
            return Task.CompletedTask;
        }
    }
}
