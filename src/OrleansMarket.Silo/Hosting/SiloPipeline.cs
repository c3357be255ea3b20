using OrleansMarket.Contracts.Ingress;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Streams;

namespace OrleansMarket.Silo.Hosting;

/// <summary>
/// The pipeline over all silos as this one knows it: tells the others every second how it does, and hears how the whole does. Starts when it knows what is
/// followed, so that nobody is answered before.
/// </summary>
internal sealed partial class SiloPipeline(
    IGrainFactory grains, ILocalSiloDetails silo, PipelineStats stats, PipelineParts parts, TimeProvider clock, ILogger<SiloPipeline> logger,
    LocalMarket local, StreamOptions streams, IngressKeeper? keeper = null)
    : BackgroundService, IPipeline, IFollowedSymbols
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Long enough for silos that start one after the other, image and all.
    private static readonly TimeSpan PatienceWithoutIngress = TimeSpan.FromMinutes(5);

    private readonly string _name = silo.SiloAddress.ToString();
    private volatile MarketPulse _pulse = new() { Pipeline = new PipelineState { Feed = FeedStatus.Starting } };
    private Reading _reading = new(PipelineReading.Unknown);
    private volatile string? _trouble;

    /// <inheritdoc/>
    public FeedSource Source => _pulse.Followed?.Source ?? default;

    /// <inheritdoc/>
    public IReadOnlyList<SymbolSpec> Symbols => _pulse.Followed?.Symbols ?? [];

    /// <summary>Gets whether this silo runs what runs once in the cluster.</summary>
    public bool Leads => _pulse.Leads;

    /// <inheritdoc/>
    public long ExchangeNowMicros => Source.Kind == FeedKind.Replay
        ? Math.Max(stats.NewestTradeMicros, _pulse.Pipeline.NewestTradeMicros)
        : stats.NowMicros + (_pulse.Pipeline.Feed.ClockOffsetMicros ?? 0);

    /// <inheritdoc/>
    PipelineReading IPipeline.Reading => Volatile.Read(ref _reading).Value;

    /// <inheritdoc/>
    public PipelineState Describe() => _pulse.Pipeline;

    /// <inheritdoc/>
    /// <exception cref="MarketStartException">The other silos answer, and none of them has the ingress role.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        parts["cluster"] = () => _trouble;
        await PulseAsync(isStopping: false, cancellationToken);
        if (_pulse.Followed is null)
        {
            LogWaiting(logger);
            await FindIngressAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await PulseAsync(isStopping: true, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await PulseAsync(isStopping: false, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>Waits for a silo that knows what is followed. Time in which nobody can be asked does not count.</summary>
    private async Task FindIngressAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; _pulse.Followed is null; waited += _trouble is null ? Period : TimeSpan.Zero)
        {
            if (waited >= PatienceWithoutIngress)
            {
                throw new MarketStartException(
                    $"Cluster:Roles: expected a silo with the role {SiloRoles.Ingress} in the cluster, found none for {PatienceWithoutIngress.TotalMinutes} minutes: give it to one of them");
            }

            await Task.Delay(Period, clock, cancellationToken);
            await PulseAsync(isStopping: false, cancellationToken);
        }
    }

    private async Task PulseAsync(bool isStopping, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _reading, new Reading(stats.Read(Source.Kind != FeedKind.Replay)));
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var report = new SiloReport
            {
                Silo = _name,
                Pipeline = stats.Describe() with
                {
                    Feed = FeedOf(keeper?.Shards ?? []),
                    BacklogLimit = Leads ? streams.BatchCapacity : 0,
                    Parts = parts.Describe(),
                },
                Followed = local.Followed,
                IsStopping = isStopping,
                Progress = stats.Progress.Describe(),
            };
            var pulse = await grains.GetGrain<IMarketGrain>(IMarketGrain.Key).PulseAsync(report, either.Token).WaitAsync(either.Token);

            // After the loss of its silo the grain may hear of us before it hears of an ingress; what was followed still is.
            _pulse = pulse with { Followed = pulse.Followed ?? _pulse.Followed };
            _trouble = null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (_trouble is null)
            {
                LogNoPulse(logger, exception.Message);
            }

            // Whoever cannot hear who leads does not.
            _trouble = "the other silos cannot be heard";
            _pulse = _pulse with { Leads = false };
        }
    }

    /// <summary>The shards that this silo owns, as one feed: every ingress silo asks all of them.</summary>
    private FeedStatus FeedOf(IReadOnlyList<IngressShardStatus?> shards)
    {
        var mine = shards.OfType<IngressShardStatus>().Where(shard => shard.Silo == _name).ToArray();
        return mine.Length == 0
            ? FeedStatus.Starting
            : new FeedStatus(
                mine.All(shard => shard.Connected), mine.Sum(shard => shard.Connections), mine.Sum(shard => shard.Planned), mine.Sum(shard => shard.Reconnects),
                mine.Sum(shard => shard.Frames), mine.Sum(shard => shard.OtherFrames), mine.Select(shard => shard.ClockOffsetMicros).FirstOrDefault(offset => offset is not null),
                mine.Select(shard => shard.LastError).FirstOrDefault(error => error is not null));
    }

    [LoggerMessage(EventId = 6101, Level = LogLevel.Information, Message = "Waiting for a silo with the role ingress (Cluster:Roles) to tell which symbols are followed")]
    private static partial void LogWaiting(ILogger logger);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "The silo does not hear how the others do: {Reason}")]
    private static partial void LogNoPulse(ILogger logger, string reason);

    private sealed record Reading(PipelineReading Value);
}
