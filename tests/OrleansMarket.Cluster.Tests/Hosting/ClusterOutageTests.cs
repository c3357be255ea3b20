using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>
/// Three silos and a Redis under load, disturbed in every way an operator fears. After each disturbance every candle equals that of the
/// undisturbed tape, and the telling of every alert comes to its end.
/// </summary>
[Collection(ClusterOfProcesses.Name)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterOutageTests
{
    private const int SymbolCount = 50;
    private const double TradesPerSecond = 5_000;

    private static readonly string[] Symbols =
        ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOTUSDT", .. Enumerable.Range(1, SymbolCount - 5).Select(number => $"T{number:00}USDT")];

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task KilledSilo_LosesNothing() => AfterAsync(async run =>
    {
        var victim = run.Cluster.Silos[new Random(run.Seed).Next(3)];
        await victim.KillAsync();
        await run.PublishAsync(TimeSpan.FromSeconds(25));
        await victim.StartAsync();
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task RollingRestart_LosesNothing() => AfterAsync(async run =>
    {
        foreach (var silo in run.Cluster.Silos)
        {
            await silo.StopAsync();
            await silo.StartAsync();
            await run.PublishAsync(TimeSpan.FromSeconds(3));
        }
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task FrozenSilo_CatchesUp() => AfterAsync(async run =>
    {
        var victim = run.Cluster.Silos[2];
        await victim.FreezeAsync();
        await run.PublishAsync(TimeSpan.FromSeconds(30));
        await victim.ThawAsync();
        await run.PublishAsync(TimeSpan.FromSeconds(10));
        if (!victim.IsRunning)
        {
            // The others had given it up, so it ended itself; an orchestrator starts it again.
            await victim.StartAsync();
        }
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task RedisAwayForAMinute_LosesNothing() => AfterAsync(async run =>
    {
        await run.Cluster.Redis.StopAsync();
        await run.PublishAsync(TimeSpan.FromSeconds(60));
        await run.Cluster.Redis.StartAsync();
        run.Cluster.Silos.ShouldAllBe(silo => silo.IsRunning);
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task IngressCutOff_LosesNothing() => AfterAsync(async run =>
    {
        for (var cut = 0; cut < 4; cut++)
        {
            run.Scene.Exchange.Cut();
            await run.PublishAsync(TimeSpan.FromSeconds(4));
        }
    });

    private static async Task AfterAsync(Func<Run, Task> disturb)
    {
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        var start = CandleInterval.OneMinute.OpenOf(now);
        var tape = Scene.Tape(start, TimeSpan.FromMinutes(6), TradesPerSecond / SymbolCount, Symbols);
        await using var scene = await Scene.StartAsync(new Clusters(), tape, start, null, Symbols);
        await using var run = new Run(scene, (ClusterUnderTest)scene.Host);
        await run.PublishAsync(TimeSpan.FromSeconds(5));
        await disturb(run);
        await run.PublishAsync(TimeSpan.FromSeconds(5));

        await run.StopAsync();
        await scene.ListensAsync();
        var end = Micros.From(TimeProvider.System.GetUtcNow());
        await scene.Exchange.PublishUntilAsync(end + Micros.PerMinute + Micros.PerSecond);
        var last = CandleInterval.OneMinute.OpenOf(end);
        (await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), last)).ShouldBeGreaterThanOrEqualTo(SymbolCount);
        await scene.BecomesTrueAsync(async () => await PendingAsync(scene, last) == 0, "the end of the telling of every alert");
    }

    /// <summary>How many alerts that fired before an instant are still to be told.</summary>
    private static async Task<int> PendingAsync(Scene scene, long beforeMicros)
    {
        var page = await scene.Client.GetAsync("/alerts?limit=500");
        return page.GetProperty("alerts").EnumerateArray().Count(alert =>
            alert.GetProperty("delivery").GetString() == "pending" && alert.GetProperty("state").GetString() != "pending"
            && Micros.From(alert.GetProperty("started").GetDateTimeOffset()) < beforeMicros);
    }

    /// <summary>Trades pour at the exchange's own pace all the while.</summary>
    private sealed class Run(Scene scene, ClusterUnderTest cluster) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _pouring = Task.CompletedTask;

        public Scene Scene => scene;

        public ClusterUnderTest Cluster => cluster;

        /// <summary>Gets what decides which silo it hits.</summary>
        public int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("SOAK_SEED"), out var seed) ? seed : 1;

        /// <summary>Lets trades pour on for a while; they go on pouring after it.</summary>
        public async Task PublishAsync(TimeSpan length)
        {
            if (_pouring.IsCompleted)
            {
                _pouring = PourAsync();
            }

            await Task.Delay(length, TimeProvider.System, _stop.Token);
            if (_pouring.IsFaulted)
            {
                await _pouring;
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _pouring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task PourAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                await scene.PublishAtRealPaceAsync(TimeSpan.FromMilliseconds(500));
            }
        }
    }
}
