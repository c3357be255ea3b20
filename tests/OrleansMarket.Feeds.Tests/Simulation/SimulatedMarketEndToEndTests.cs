using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Simulation;

/// <summary>The engine over a simulated stream full of faults, with repairs and a restart, against the klines of the undisturbed market.</summary>
public sealed class SimulatedMarketEndToEndTests : ITradeReceiver
{
    private static readonly SimulatorOptions Options = new()
    {
        TradesPerSecond = 40,
        Pulse = TimeSpan.FromMilliseconds(100),
        Faults = new()
        {
            Gaps = 0.002,
            LongestGap = 200,
            Duplicates = 0.01,
            Reordered = 0.01,
            FarthestReorder = 50,
            Malformed = 0.02,
            StallsPerHour = 20,
            StallLength = TimeSpan.FromSeconds(25),
        },
    };

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 5, 6, 23, 50, 40, TimeSpan.Zero));
    private readonly Dictionary<long, Candle> _minutes = [];
    private readonly SimulatedMarket _market = new(Options);
    private SymbolSession _session = null!;
    private int _interruptions;
    private int _letters;
    private bool _tailIsDue;

    private long Now => Micros.From(_clock.GetUtcNow());

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("PEPEUSDT")]
    [InlineData("DOTUSDT")]
    public async Task AnyFaultsAndARestart_GiveTheKlinesOfTheUndisturbedMarket(string name)
    {
        var exchange = new SimulatedExchange(_market, _clock);
        var spec = (await exchange.GetSpecsAsync([new Symbol(name)], CancellationToken.None))[new Symbol(name)];
        _session = Session(spec);
        var start = CandleInterval.OneMinute.OpenOf(Now);
        _session.Engine.Seed(await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, start - Micros.PerDay, start, CancellationToken.None));
        _session.Engine.ExpectFrom((await exchange.FindFirstIdAsync(spec, start, CancellationToken.None))!.Value, start);

        await ListenAsync(exchange, spec, TimeSpan.FromMinutes(15));
        var state = _session.Save();
        _clock.Advance(TimeSpan.FromSeconds(100));
        _session = Session(spec);
        _session.Load(state);
        await ListenAsync(exchange, spec, TimeSpan.FromMinutes(10));

        var end = CandleInterval.OneMinute.OpenOf(Now) - Micros.PerMinute;
        var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, start, end, CancellationToken.None);
        Assert.Equal(26, klines.Count); // 23:50 to 00:16
        Assert.All(klines.Where(kline => kline.TradeCount > 0), kline => Assert.True(
            _minutes.TryGetValue(kline.OpenTimeMicros, out var ours) && ours.EqualsKline(in kline) && ours.Status == CandleStatus.Complete,
            $"expected {kline}, found {_minutes.GetValueOrDefault(kline.OpenTimeMicros)}"));
        Assert.True(_interruptions > 2 && _letters > 0, "nothing went wrong");
    }

    ValueTask ITradeReceiver.ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        _session.Apply(prints.Span, (received, result) => Assert.Fail($"{result}: {received}"));
        return ValueTask.CompletedTask;
    }

    ValueTask ITradeReceiver.RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        _letters++;
        return ValueTask.CompletedTask;
    }

    ValueTask ITradeReceiver.OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        _interruptions++;
        _tailIsDue = true;
        _session.OnInterrupted(Now);
        return ValueTask.CompletedTask;
    }

    private static SymbolSession Session(SymbolSpec spec) => new(spec, new EngineOptions(), SilentListener.Instance);

    /// <summary>Runs the feed, and once a second what a host does: ticks, tail checks and repairs.</summary>
    private async Task ListenAsync(SimulatedExchange exchange, SymbolSpec spec, TimeSpan length)
    {
        var feed = new SimulatorFeed(_market, [spec.Symbol], _clock, NullLogger<SimulatorFeed>.Instance);
        using var stop = new CancellationTokenSource();
        var running = feed.RunAsync(this, stop.Token);
        for (var end = _clock.GetUtcNow() + length; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _session.Tick(Now, PipelineReading.Unknown);
            if (_tailIsDue || _clock.GetUtcNow().Second == 0)
            {
                _tailIsDue = false;
                var last = (await exchange.GetLastTradesAsync([spec], CancellationToken.None))[spec.Symbol];
                _session.ConfirmLastId(last.LastId, last.AskedMicros, _session.Engine.InterruptedMicros);
            }

            _session.ApplyRepair(await exchange.RepairAsync(spec, _session.Progress.Gaps, _session.Engine.NextId, CancellationToken.None));

            foreach (var candle in _session.TakeCommit().Candles.Where(candle => candle.Interval == CandleInterval.OneMinute))
            {
                _minutes[candle.OpenTimeMicros] = candle;
            }
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
