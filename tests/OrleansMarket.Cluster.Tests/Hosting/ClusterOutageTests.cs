using System.Diagnostics;
using OrleansMarket.TestKit;
using Shouldly;
using Xunit.Abstractions;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>
/// Three silos and a Redis under load, disturbed in every way an operator fears. After each disturbance every candle equals that of the
/// undisturbed tape, and the telling of every alert comes to its end.
/// </summary>
[Collection(ClusterOfProcesses.Name)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.Always)]
public sealed class ClusterOutageTests(DisturbedCluster run, ITestOutputHelper output) : IClassFixture<DisturbedCluster>
{
    // What the product promises on a machine that has time for it: only a soak, alone on one, can tell.
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(20);
    private static readonly int? SoakKills = int.TryParse(Environment.GetEnvironmentVariable("SOAK_KILLS"), out var kills) ? kills : null;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SOAK_SEED"), out var seed) ? seed : 1;

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task KilledSilo_LosesNothing()
    {
        var random = new Random(Seed);
        for (var kill = 1; kill <= (SoakKills ?? 1); kill++)
        {
            await AfterAsync($"kill -9, no. {kill}", async () =>
            {
                var victim = run.Cluster.Silos[random.Next(run.Cluster.Silos.Count)];
                var killed = Stopwatch.GetTimestamp();
                await victim.KillAsync();
                await run.PourOnAsync(TimeSpan.FromSeconds(1));
                await run.ListensAsync();
                var taken = Stopwatch.GetElapsedTime(killed);
                output.WriteLine($"  {victim.Name}: its shards were taken over after {taken.TotalSeconds:0.0} s");
                if (SoakKills is not null)
                {
                    taken.ShouldBeLessThanOrEqualTo(TakeOver, $"{victim.Name}: expected its shards to be taken over within {TakeOver.TotalSeconds:0} s, found {taken.TotalSeconds:0.0} s");
                }

                await victim.StartAsync();
            });
        }
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task RollingRestart_LosesNothing() => AfterAsync("rolling restart of all", async () =>
    {
        foreach (var silo in run.Cluster.Silos)
        {
            await silo.StopAsync();
            await silo.StartAsync();
            await run.PourOnAsync(TimeSpan.FromSeconds(3));
        }
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task FrozenSilo_CatchesUp() => AfterAsync("SIGSTOP for 30 s", async () =>
    {
        var victim = run.Cluster.Silos[2];
        await victim.FreezeAsync();
        await run.PourOnAsync(TimeSpan.FromSeconds(30));
        await victim.ThawAsync();
        await run.PourOnAsync(TimeSpan.FromSeconds(10));
        await run.Cluster.SettleAsync(victim);
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task RedisAwayForAMinute_LosesNothing() => AfterAsync("Redis stopped for 60 s", async () =>
    {
        await run.Cluster.Redis.StopAsync();
        await run.PourOnAsync(TimeSpan.FromSeconds(60));
        await run.Cluster.Redis.StartAsync();
        run.Cluster.Silos.ShouldAllBe(silo => silo.IsRunning);
    });

    [NeedsFact(NeedsFactAttribute.Redis)]
    public Task IngressCutOff_LosesNothing() => AfterAsync("ingress cut from the exchange", async () =>
    {
        run.Exchange.Faults.RefuseStreams = true;
        run.Exchange.Cut();
        await run.PourOnAsync(TimeSpan.FromSeconds(15));
        run.Exchange.Faults.RefuseStreams = false;
    });

    private async Task AfterAsync(string disturbance, Func<Task> disturb)
    {
        var recovered = await run.RecoversAsync(disturb);
        output.WriteLine($"{disturbance}: whole again {recovered.TotalSeconds:0.0} s after its end");
    }
}
