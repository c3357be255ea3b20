using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Contracts.Ingress;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Silo.Ingress;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Ingress;

/// <summary>Shards of the feed on real silos: two for ingress, one for the rest.</summary>
public sealed class IngressClusterTests
{
    // A silo counts as dead only after the probes that the product ships with: fewer would take a busy machine for a dead silo.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly SymbolSpec[] Symbols = [.. Enumerable.Range(0, 6).Select(i => new SymbolSpec(new Symbol($"S{i}USDT"), 2, 2))];

    [Fact]
    public async Task EveryShardHasOneOwner_OnASiloWithTheRole_AndIsTakenOverWhenThatIsKilled()
    {
        var feeds = new Feeds();
        await using var cluster = Build(feeds);
        await cluster.DeployAsync();
        await Eventually.BecomesTrueAsync(() => feeds.Running.Count == 3, "three running feeds", Patience);

        var before = await StatusAsync(cluster);
        var ingress = cluster.Silos.Where(silo => silo.Name != "Silo_0").Select(silo => silo.SiloAddress.ToString()).ToList();
        before.ShouldAllBe(status => ingress.Contains(status.Silo));
        before.Sum(status => status.Symbols).ShouldBe(Symbols.Length);
        before.ShouldAllBe(status => status.Epoch == 1);
        feeds.Running.Values.SelectMany(symbols => symbols).OrderBy(symbol => symbol.Value).ShouldBe(Symbols.Select(spec => spec.Symbol));

        var victim = cluster.Silos.First(silo => silo.SiloAddress.ToString() == before[0].Silo);
        var lost = before.Where(status => status.Silo == before[0].Silo).ToList();
        await cluster.KillSiloAsync(victim);
        await Eventually.BecomesTrueAsync(
            async () => (await StatusAsync(cluster)) is var now && lost.TrueForAll(shard => now.Any(status => status.Shard == shard.Shard && status.Epoch > shard.Epoch)),
            "a later term of each lost shard", Patience);

        var after = await StatusAsync(cluster);
        var survivor = ingress.Single(silo => silo != before[0].Silo);
        after.ShouldAllBe(status => status.Silo == survivor);
        after.Where(status => lost.All(shard => shard.Shard != status.Shard)).ShouldAllBe(status => status.Epoch == 1);
    }

    [Fact]
    public async Task AnOwnerThatWasFollowedLetsGo()
    {
        var feeds = new Feeds();
        await using var cluster = Build(feeds);
        await cluster.DeployAsync();
        await Eventually.BecomesTrueAsync(() => feeds.Running.Count == 3, "three running feeds", Patience);

        // As if a second owner had begun where this one cannot see it.
        feeds.Storage.Terms[cluster.Client.GetGrain<IIngressShardGrain>(1).GetGrainId()] = (41, "elsewhere");

        await Eventually.BecomesTrueAsync(
            async () => (await StatusAsync(cluster)).Any(status => status is { Shard: 1, Epoch: 42 }), "term 42 of shard 1", Patience);
        await Eventually.BecomesTrueAsync(() => feeds.Running.Count == 3, "the former owner's feed ends", Patience);
    }

    private static async Task<List<IngressShardStatus>> StatusAsync(InProcessTestCluster cluster)
    {
        List<IngressShardStatus> statuses = [];
        for (var shard = 0; shard < 3; shard++)
        {
            try
            {
                statuses.Add(await cluster.Client.GetGrain<IIngressShardGrain>(shard).KeepAsync(default));
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // Its silo is gone and the cluster does not know yet.
            }
        }

        return statuses;
    }

    private static InProcessTestCluster Build(Feeds feeds)
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.ConfigureHost(host => host.Services.AddDomainSerialization());
        builder.ConfigureSilo((options, silo) =>
        {
            var isIngress = options.SiloName != "Silo_0";
            silo.UseRoles(isIngress ? [SiloRoles.Ingress] : [SiloRoles.Market, SiloRoles.Web]);
            silo.Services.AddGrainStorage("Default", (_, _) => feeds.Storage);
            silo.Configure<IngressOptions>(ingress =>
            {
                ingress.Shards = 3;
                ingress.KeepEvery = TimeSpan.FromMilliseconds(200);
                ingress.VerifyEvery = TimeSpan.FromMilliseconds(300);
            });
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton<IShardFeeds>(feeds);
            silo.Services.AddSingleton<ITradeSink>(new Nowhere());
            silo.Services.AddSingleton<PipelineStats>();
            silo.Services.AddSingleton<JobLog>();
            silo.Services.AddSingleton<IngressInstruments>();
            silo.Services.AddSingleton<LocalShards>();
            if (isIngress)
            {
                silo.Services.AddHostedService<IngressKeeper>();
            }
        });
        builder.BePatient();
        return builder.Build();
    }

    private sealed class Nowhere : ITradeSink
    {
        public Task PublishAsync(Symbol symbol, TradeBatch batch) => Task.CompletedTask;

        public Task RejectAsync(DeadLetter letter) => Task.CompletedTask;

        public Task InterruptAsync(IReadOnlyList<Symbol> symbols, string reason) => Task.CompletedTask;
    }

    private sealed class Feeds : IShardFeeds
    {
        public ConcurrentDictionary<object, Symbol[]> Running { get; } = new();

        public TermStorage Storage { get; } = new();

        public Task<IReadOnlyList<SymbolSpec>> GetSymbolsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SymbolSpec>>(Symbols);

        public ITradeFeed Create(IReadOnlyList<SymbolSpec> specs) => new Feed(this, specs);

        private sealed class Feed(Feeds feeds, IReadOnlyList<SymbolSpec> specs) : ITradeFeed
        {
            public FeedSource Source => new(FeedKind.Simulated, "test");

            public FeedStatus Status => FeedStatus.Starting;

            public async Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
            {
                feeds.Running[this] = [.. specs.Select(spec => spec.Symbol)];
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    feeds.Running.TryRemove(this, out _);
                }
            }
        }
    }

    /// <summary>Survives any silo, as a shared server does.</summary>
    private sealed class TermStorage : IGrainStorage
    {
        public ConcurrentDictionary<GrainId, (long Epoch, string Owner)> Terms { get; } = new();

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.RecordExists = Terms.TryGetValue(grainId, out var term);
            grainState.State = (T)(object)new ShardTerm { Epoch = term.Epoch, Owner = term.Owner ?? "" };
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var term = (ShardTerm)(object)grainState.State!;
            Terms[grainId] = (term.Epoch, term.Owner);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
