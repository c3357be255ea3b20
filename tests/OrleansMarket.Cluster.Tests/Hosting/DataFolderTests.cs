using NSubstitute;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Storage;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>The standalone host and a silo that is alone keep engines in the same place and format.</summary>
public sealed class DataFolderTests
{
    private const long Start = 1_767_225_600_000_000;
    private static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly GrainId Grain = GrainId.Create("market.symbol", "BTCUSDT");

    private readonly Stored _states = new();
    private readonly ITradeLog _log = Substitute.For<ITradeLog>();

    private StoreGrainStorage Storage => new(_states, Substitute.For<ISettingsStore>(), _log);

    [Fact]
    public async Task SiloGoesOn_WhereTheStandaloneHostStopped()
    {
        var standalone = Session();
        Trade(standalone, 1, 400);
        await _states.CommitAsync([standalone.TakeCommit()], CancellationToken.None);

        var state = new GrainState<HotState>();
        await Storage.ReadStateAsync(HotState.Name, Grain, state);

        state.RecordExists.ShouldBeTrue();
        SameAfterwards(standalone, Restored(state.State!.Snapshot));
    }

    [Fact]
    public async Task StandaloneHostGoesOn_WhereASiloStopped_WithWhatStillWaits()
    {
        var silo = Session();
        Trade(silo, 1, 400);
        var snapshot = silo.TakeSnapshot();
        await Storage.WriteStateAsync(HotState.Name, Grain, new GrainState<HotState> { State = new HotState { Snapshot = snapshot.State!.Value.ToArray() } });
        await _log.Received().FlushAsync(Arg.Any<CancellationToken>());

        // The silo was killed before it could hand anything on.
        var standalone = Restored((await _states.LoadAsync(Spec.Symbol, CancellationToken.None))!.Value);
        var commit = standalone.TakeCommit();

        commit.Candles.Count.ShouldBeGreaterThan(30);
        commit.Candles.OrderBy(Key).ShouldBe(snapshot.Candles.OrderBy(Key));
        SameAfterwards(silo, standalone);

        static string Key(Candle candle) => $"{candle.Interval} {candle.OpenTimeMicros}";
    }

    private static SymbolSession Session() => new(Spec, new EngineOptions(), Substitute.For<IMarketListener>());

    private static SymbolSession Restored(ReadOnlyMemory<byte> state)
    {
        var session = Session();
        session.Load(state);
        return session;
    }

    private static void Trade(SymbolSession session, long first, int count)
    {
        for (var id = first; id < first + count; id++)
        {
            session.Apply(new ReceivedPrint(Print.Trade(Spec, id, Start + (id * 100_000), 6_000_000 + (id % 13), 500 + (id % 7), (TakerSide)(id % 2)), 0, 0));
        }
    }

    private static void SameAfterwards(SymbolSession one, SymbolSession other)
    {
        Trade(one, 401, 900);
        Trade(other, 401, 900);
        _ = one.TakeCommit();
        _ = other.TakeCommit();
        other.Save().ToArray().ShouldBe(one.Save().ToArray());
    }

    private sealed class Stored : IEngineStateStore
    {
        private readonly Dictionary<Symbol, ReadOnlyMemory<byte>> _states = [];

        public Task CommitAsync(IReadOnlyList<EngineCommit> commits, CancellationToken cancellationToken)
        {
            foreach (var commit in commits)
            {
                _states[commit.Spec.Symbol] = commit.State!.Value;
            }

            return Task.CompletedTask;
        }

        public Task<ReadOnlyMemory<byte>?> LoadAsync(Symbol symbol, CancellationToken cancellationToken) =>
            Task.FromResult(_states.TryGetValue(symbol, out var state) ? state : (ReadOnlyMemory<byte>?)null);

        public Task<bool> RemoveAsync(Symbol symbol, CancellationToken cancellationToken) => Task.FromResult(_states.Remove(symbol));
    }
}
