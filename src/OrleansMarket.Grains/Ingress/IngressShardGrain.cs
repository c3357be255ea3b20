using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using OrleansMarket.Contracts.Ingress;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Telemetry;

namespace OrleansMarket.Grains.Ingress;

/// <summary>Owns one shard of the feed: begins a term, keeps the feed running, gives up when another has begun a later term.</summary>
[GrainType("market.ingress-shard")]
[OnRole(SiloRoles.Ingress)]
[HashBasedPlacement] // spreads shards that begin at the same moment, when no silo has a load yet
public sealed partial class IngressShardGrain(
    [PersistentState("term")] IPersistentState<ShardTerm> term, IShardFeeds feeds, ITradeSink sink, IOptions<IngressOptions> options, LocalShards shards, IngressInstruments metrics, PipelineStats stats, JobLog jobs,
    ILocalSiloDetails silo, TimeProvider clock, ILogger<IngressShardGrain> logger, LocalTradeLog? log = null,
    TradeTraces? traces = null)
    : Grain, IIngressShardGrain, IAsyncDisposable
{
    private const string Job = "shard-terms";

    private readonly IngressOptions _options = options.Value;
    private Dictionary<Symbol, SymbolSpec> _specs = [];
    private ShardFeed? _feed;
    private long _epoch;

    private int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var mine = ShardPlan.SymbolsOf(await feeds.GetSymbolsAsync(cancellationToken), Shard, _options.Shards);
        term.State.Epoch++;
        term.State.Owner = silo.SiloAddress.ToString();
        await term.WriteStateAsync(cancellationToken);
        _epoch = term.State.Epoch;
        _specs = mine.ToDictionary(spec => spec.Symbol);
        _feed = new ShardFeed(
            feeds.Create(mine), new TradePublisher(Shard, _epoch, mine, log?.Log, sink, _options, metrics, stats.Progress, clock, logger, traces), clock);
        _feed.Start();
        shards.Add(_feed);
        metrics.OnOwned();
        this.RegisterGrainTimer(
            token => jobs.RunPartAsync(Job, $"shard {Shard}", clock, outcome => VerifyAsync(outcome, token), token), new GrainTimerCreationOptions(_options.VerifyEvery, _options.VerifyEvery) { KeepAlive = true });
        LogBegun(logger, Shard, _epoch, mine.Count);
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_feed is { } feed)
        {
            _feed = null;
            shards.Remove(feed);
            await feed.DisposeAsync();
            metrics.OnReleased();
            LogEnded(logger, Shard, _epoch, reason.Description);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _feed?.DisposeAsync() ?? ValueTask.CompletedTask; // only there where deactivation was skipped

    /// <inheritdoc/>
    public Task<IngressShardStatus> KeepAsync(CancellationToken cancellationToken)
    {
        var status = _feed?.Status ?? FeedStatus.Starting;
        var source = _feed?.Source ?? default;
        return Task.FromResult(new IngressShardStatus
        {
            Shard = Shard,
            Epoch = _epoch,
            Silo = silo.SiloAddress.ToString(),
            Symbols = _specs.Count,
            Connected = status.Connected,
            Connections = status.Connections,
            Planned = status.Planned,
            Reconnects = status.Reconnects,
            Frames = status.Frames,
            OtherFrames = status.OtherFrames,
            ClockOffsetMicros = status.ClockOffsetMicros,
            LastError = status.LastError,
            SourceKind = WireName.Of(source.Kind),
            SourceName = source.Name ?? "",
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TradeBatch>> ReadByIdAsync(string symbol, long firstId, long lastId, int limit, CancellationToken cancellationToken) =>
        log is not null && _specs.TryGetValue(new Symbol(symbol), out var spec)
            ? Pack(spec, await log.Log.ReadByIdAsync(spec, new IdRange(firstId, lastId), limit, cancellationToken))
            : [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TradeBatch>> ReadByTimeAsync(string symbol, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        log is not null && _specs.TryGetValue(new Symbol(symbol), out var spec)
            ? Pack(spec, await log.Log.ReadByTimeAsync(spec, fromMicros, toMicros, limit, cancellationToken))
            : [];

    /// <inheritdoc/>
    public async Task AppendAsync(string symbol, TradeBatch trades, CancellationToken cancellationToken)
    {
        if (log is null || !_specs.TryGetValue(new Symbol(symbol), out var spec))
        {
            return;
        }

        var buffer = new TradeBatchBuffer();
        if (TradeBatchCodec.Decode(trades.Payload, spec, buffer) == TradeBatchVerdict.Read)
        {
            await log.Log.AppendAsync(spec, buffer.Memory, cancellationToken);
        }
        else
        {
            LogUnreadable(logger, symbol, buffer.Error!);
        }
    }

    private List<TradeBatch> Pack(SymbolSpec spec, IReadOnlyList<ReceivedPrint> prints) =>
        [.. prints.Chunk(TradeBatchCodec.MaxPrints).Select(chunk => new TradeBatch(TradeBatchCodec.Encode(spec, Shard, _epoch, chunk)))];

    /// <summary>An owner that was cut off finds out here that another has followed it; until then both publish, and ids tell repeats apart.</summary>
    private async Task VerifyAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            await term.ReadStateAsync(cancellationToken);
        }
        catch (Exception exception) when (!exception.IsStop(cancellationToken))
        {
            // While the store is away nobody can begin a term, so this one goes on.
            LogNotVerified(logger, Shard, exception.Message);
            outcome.Fail(exception.Message);
            return;
        }

        if (term.State.Epoch > _epoch)
        {
            LogFollowed(logger, Shard, _epoch, term.State.Epoch, term.State.Owner);
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(EventId = 3221, Level = LogLevel.Information, Message = "Shard {Shard}: term {Epoch} begins here with {Symbols} symbols")]
    private static partial void LogBegun(ILogger logger, int shard, long epoch, int symbols);

    [LoggerMessage(EventId = 3222, Level = LogLevel.Information, Message = "Shard {Shard}: term {Epoch} ends here: {Reason}")]
    private static partial void LogEnded(ILogger logger, int shard, long epoch, string reason);

    [LoggerMessage(EventId = 3223, Level = LogLevel.Debug, Message = "Shard {Shard}: its term could not be compared with the stored one: {Reason}")]
    private static partial void LogNotVerified(ILogger logger, int shard, string reason);

    [LoggerMessage(EventId = 3224, Level = LogLevel.Warning, Message = "Shard {Shard}: term {Epoch} was followed by term {Later} of {Owner}; this silo lets go")]
    private static partial void LogFollowed(ILogger logger, int shard, long epoch, long later, string owner);

    [LoggerMessage(EventId = 3225, Level = LogLevel.Warning, Message = "Repaired trades of {Symbol} were not kept in the raw log: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string symbol, string reason);
}
