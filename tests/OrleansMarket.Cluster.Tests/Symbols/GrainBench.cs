using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.Streams;
using Orleans.TestingHost;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.DeadLetters;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Ingress;
using OrleansMarket.Silo.Streams;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;

namespace OrleansMarket.Cluster.Tests.Symbols;

/// <summary>The grains on a silo in this process; stores and storage are the test's.</summary>
internal sealed class GrainBench : IAsyncDisposable
{
    public const string Name = "BTCUSDT";
    public const long Start = 1_767_225_600_000_000;

    // A day of trades is much for a machine that does much else.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private GrainBench(InProcessTestCluster cluster, Stores stores)
    {
        Cluster = cluster;
        Given = stores;
    }

    public static SymbolSpec Spec { get; } = new(new Symbol(Name), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    public InProcessTestCluster Cluster { get; }

    public Stores Given { get; }

    public ISymbolGrain Grain => Cluster.Client.GetGrain<ISymbolGrain>(Name);

    /// <param name="prepare">Prepares what the grains are given.</param>
    /// <param name="storage">Adds another grain storage than the one that counts, or <see langword="null"/>.</param>
    public static async Task<GrainBench> StartAsync(Action<Stores>? prepare = null, Action<ISiloBuilder>? storage = null)
    {
        var stores = new Stores();
        prepare?.Invoke(stores);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureHost(host => host.Services.AddDomainSerialization());
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMarketStreams(new StreamOptions());
            silo.UseInMemoryReminderService();
            silo.UseRoles([.. SiloRoles.All]);
            if (storage is null)
            {
                silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (_, _) => stores.Storage);
            }
            else
            {
                storage(silo);
            }

            stores.AddTo(silo.Services);
        });
        builder.ConfigureClient(client => client.AddMemoryStreams(Contracts.StreamNames.Provider));
        builder.BePatient();
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var bench = new GrainBench(cluster, stores);
        await cluster.Client.GetGrain<IMarketGrain>(IMarketGrain.Key).PulseAsync(
            new SiloReport
            {
                Silo = "test",
                Pipeline = new PipelineState { Feed = FeedStatus.Starting },
                Followed = new FollowedMarket(new FeedSource(FeedKind.Live, "test"), [Spec]),
            },
            CancellationToken.None);
        return bench;
    }

    /// <summary>Publishes contiguous trades, so many a second from the start on.</summary>
    public async Task PublishAsync(long firstId, int count, int perSecond = 10)
    {
        var stream = StreamOf();
        foreach (var ids in Enumerable.Range(0, count).Chunk(1_000))
        {
            await stream.OnNextAsync(BatchOf([.. ids.Select(index => firstId + index)], perSecond));
        }
    }

    /// <summary>Publishes one trade of a given second after the start, and waits until the engine has it.</summary>
    public async Task TradeAtAsync(long id, double seconds)
    {
        var print = Print.Trade(Spec, id, Start + (long)(seconds * Micros.PerSecond), 6_000_000, 1_000, TakerSide.Buy);
        await StreamOf().OnNextAsync(new TradeBatch(TradeBatchCodec.Encode(Spec, 0, 1, [new ReceivedPrint(print, Start, Start)])));
        await HasAsync(id);
    }

    /// <summary>Publishes trades as <see cref="PublishAsync"/> does, and waits until the engine has them.</summary>
    public async Task TradeAsync(long firstId, int count, int perSecond = 10)
    {
        await PublishAsync(firstId, count, perSecond);
        await HasAsync(firstId + count - 1);
    }

    /// <summary>Waits while a few seconds of the engine's life pass, in which it would have saved its state if that was due.</summary>
    public async Task TickAsync()
    {
        var ticks = Given.Ticks;
        await Eventually.BecomesTrueAsync(() => Given.Ticks >= ticks + 3, "ticks");
    }

    /// <summary>Hands one trade to the engine.</summary>
    public Task<ApplyResult> ApplyAsync(long id) => Grain.ApplyAsync(BatchOf([id], 1), CancellationToken.None);

    /// <summary>Whether the engine takes a trade.</summary>
    public async Task<bool> TakesAsync(long id)
    {
        try
        {
            return await ApplyAsync(id) is ApplyResult.Accepted or ApplyResult.Duplicate;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public Task<bool> SaveAsync() => Grain.SaveAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    private IAsyncStream<TradeBatch> StreamOf() =>
        Cluster.Client.GetStreamProvider(Contracts.StreamNames.Provider).GetStream<TradeBatch>(StreamId.Create(Contracts.StreamNames.Trades, Name));

    private Task HasAsync(long id) =>
        Eventually.BecomesTrueAsync(async () => (await Grain.GetProgressAsync(CancellationToken.None)).NextId > id, $"trade {id}", Patience);

    private static TradeBatch BatchOf(long[] ids, int perSecond)
    {
        ReceivedPrint[] prints =
        [
            .. ids.Select(id => new ReceivedPrint(
                Print.Trade(Spec, id, Start + (id * Micros.PerSecond / perSecond), 6_000_000 + (id % 7), 1_000 + (id % 90), (TakerSide)(id % 2)), Start, Start)),
        ];
        return new TradeBatch(TradeBatchCodec.Encode(Spec, 0, 1, prints));
    }

    /// <summary>What the silo's grains are given.</summary>
    internal sealed class Stores
    {
        private int _ticks;

        /// <summary>Gets or sets what engines take for now, µs; 0 closes nothing by the clock.</summary>
        public long ExchangeNowMicros { get; set; }

        /// <summary>Gets how often engines have ticked, which they do every second.</summary>
        public int Ticks => Volatile.Read(ref _ticks);

        public CountingStorage Storage { get; } = new();

        /// <summary>Gets the clock by which states are saved now and then: it stands still, so they are saved when a test wants it.</summary>
        public ManualTimeProvider Clock { get; } = new();

        public ICandleStore Candles { get; } = Substitute.For<ICandleStore>();

        public IWhaleStore Whales { get; } = Substitute.For<IWhaleStore>();

        public IGapStore Gaps { get; } = Substitute.For<IGapStore>();

        public IAlertStore Alerts { get; set; } = new InMemoryAlertStore();

        public ISeriesSink? Series { get; set; }

        public EngineOptions Engine { get; set; } = new();

        public PipelineStats Stats { get; } = new(TimeProvider.System);

        public SaveStatus Saves { get; } = new(new PlainMeters());

        public JobLog Jobs { get; } = new();

        public void AddTo(IServiceCollection services)
        {
            var pipeline = Substitute.For<IPipeline>();
            pipeline.ExchangeNowMicros.Returns(_ =>
            {
                Interlocked.Increment(ref _ticks);
                return ExchangeNowMicros;
            });
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton(Alerts);
            services.AddSingleton(Substitute.For<IDeadLetterStore>());
            services.AddSingleton(Substitute.For<IAlertDelivery>());
            services.AddSingleton<DeadLetterSender>();
            services.AddSingleton(provider => new SymbolServices(
                Engine, new PlainStart(), Candles, Whales, Gaps, Alerts, provider.GetRequiredService<DeadLetterSender>(), pipeline,
                Stats, Saves, Jobs, Clock, (_, _) => double.NaN, Series));
        }
    }

    /// <summary>Restores the state and nothing else.</summary>
    private sealed class PlainStart : ISymbolStart
    {
        public Task BeginAsync(SymbolSession session, EngineState? state, CancellationToken cancellationToken)
        {
            if (state is { } known)
            {
                session.Load(known);
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>Keeps states in memory and counts how often they were written.</summary>
    internal sealed class CountingStorage : IGrainStorage
    {
        private int _writes;

        /// <summary>Gets the hot states by symbol.</summary>
        public ConcurrentDictionary<string, byte[]> States { get; } = new();

        /// <summary>Gets the bases by symbol and name.</summary>
        public ConcurrentDictionary<(string Symbol, string Name), byte[]> Bases { get; } = new();

        /// <summary>Gets or sets whether hot states cannot be written.</summary>
        public bool IsBroken { get; set; }

        /// <summary>Gets or sets whether another engine has saved a state that this one does not know of.</summary>
        public bool IsOvertaken { get; set; }

        public int Writes => Volatile.Read(ref _writes);

        /// <summary>What a new activation would find.</summary>
        public EngineState StateOf(string symbol) => new(
            States[symbol],
            [.. new[] { BaseState.Even, BaseState.Odd }.Index().Where(name => Bases.ContainsKey((symbol, name.Item))).Select(name => new EngineBase(name.Index, Bases[(symbol, name.Item)]))]);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (grainState is IGrainState<HotState> hot)
            {
                grainState.RecordExists = States.TryGetValue(grainId.Key.ToString()!, out var state);
                hot.State = new HotState { Snapshot = state ?? [] };
            }
            else if (grainState is IGrainState<BaseState> whole)
            {
                grainState.RecordExists = Bases.TryGetValue((grainId.Key.ToString()!, stateName), out var bytes);
                whole.State = new BaseState { Bytes = bytes ?? [] };
            }

            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (grainState is IGrainState<BaseState> whole)
            {
                Bases[(grainId.Key.ToString()!, stateName)] = whole.State!.Bytes;
            }
            else if (grainState is IGrainState<HotState> hot)
            {
                if (IsOvertaken)
                {
                    throw new InconsistentStateException("somebody else has written");
                }

                if (IsBroken)
                {
                    throw new IOException("the storage is broken");
                }

                Interlocked.Increment(ref _writes);
                States[grainId.Key.ToString()!] = hot.State!.Snapshot;
            }

            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}
