using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.Sinks.DeadLetters;
using OrleansMarket.Standalone.Serving;
using OrleansMarket.TestKit;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>The engines of a host on one partition, without feed, stores and loops.</summary>
internal sealed class Bench
{
    public const string Name = "BTCUSDT";

    public Bench(params string[] symbols)
        : this(Substitute.For<ITradeLog>(), symbols)
    {
    }

    public Bench(ITradeLog log, params string[] symbols)
    {
        Log = log;
        Stats = new PipelineStats(Clock);
        Lanes = [.. symbols.Select(symbol => new Lane(new SymbolSession(SimulatedSymbol.Of(new Symbol(symbol)).Spec, new EngineOptions(), Listener), Partition))];
        Letters = new DeadLetterQueue(LetterStore, Stats, Clock, NullLogger<DeadLetterQueue>.Instance);
        Router = new EngineRouter(Lanes, Log, Letters, Stats, new FeedSource(FeedKind.Live, "test"), NullLogger<EngineRouter>.Instance);
    }

    public ManualTimeProvider Clock { get; } = new();

    public Partition Partition { get; } = new();

    public IMarketListener Listener { get; } = Substitute.For<IMarketListener>();

    public ITradeLog Log { get; }

    public IDeadLetterStore LetterStore { get; } = Substitute.For<IDeadLetterStore>();

    public DeadLetterQueue Letters { get; }

    public PipelineStats Stats { get; }

    public Lane[] Lanes { get; }

    public EngineRouter Router { get; }

    public long Now => Micros.From(Clock.GetUtcNow());

    /// <summary>Lets the partition work from now on.</summary>
    public void Run() => _ = Task.Run(Partition.RunAsync);

    /// <summary>Trades with ids from 1 on, one a second of the past.</summary>
    public ReceivedPrint[] Trades(Lane lane, int count, long firstId = 1) =>
    [
        .. Enumerable.Range(0, count).Select(index => new ReceivedPrint(
            Print.Trade(lane.Spec, firstId + index, Now + ((firstId + index) * Micros.PerMillisecond), 6_000_000, 1_000, TakerSide.Buy), Now, Now)),
    ];

    public static Task<long> CountAsync(Lane lane) => lane.AskAsync(session => session.Engine.Counts.Trades, CancellationToken.None);
}
