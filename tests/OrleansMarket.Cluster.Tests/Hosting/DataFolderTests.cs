using NSubstitute;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Storage;
using OrleansMarket.Sinks.Sqlite;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>The standalone host and a silo that is alone keep engines in the same file and format: a data folder moves both ways.</summary>
public sealed class DataFolderTests : IAsyncLifetime, IDisposable
{
    private const long Start = 1_767_225_600_000_000;
    private static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly GrainId Grain = GrainId.Create("market.symbol", "BTCUSDT");

    private readonly MarketFolder _folder = new();
    private readonly ITradeLog _log = Substitute.For<ITradeLog>();

    private SqliteEngineStateStore States => new SqliteEngineStateStore(_folder.Database);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.DisposeAsync().AsTask();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(400)]
    [InlineData(40_000)]
    public async Task SiloGoesOn_WhereTheStandaloneHostStopped(int trades)
    {
        var standalone = Session();
        for (var first = 1; first <= trades; first += trades / 4)
        {
            Trade(standalone, first, trades / 4);
            await States.CommitAsync([standalone.TakeCommit()], CancellationToken.None);
            standalone.OnStateWritten();
        }

        await _folder.ChangeHostAsync();
        var (hot, even, odd) = await ReadAsync();

        hot.RecordExists.ShouldBeTrue();
        (even.RecordExists || odd.RecordExists).ShouldBe(trades > 10_000);
        SameAfterwards(standalone, Restored(StateOf(hot, even, odd)), trades);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(40_000)]
    public async Task StandaloneHostGoesOn_WhereASiloStopped_WithWhatStillWaits(int trades)
    {
        var silo = Session();
        EngineCommit? last = null;
        for (var first = 1; first <= trades; first += trades / 4)
        {
            if (last is not null)
            {
                silo.Acknowledge(last);
            }

            Trade(silo, first, trades / 4);
            last = silo.TakeSnapshot();
            await WriteAsync(last);
            silo.OnStateWritten();
        }

        await _log.Received().FlushAsync(Arg.Any<CancellationToken>());

        // The silo was killed before it could hand the last conclusions on.
        await _folder.ChangeHostAsync();
        var standalone = Restored((await States.LoadAsync(Spec.Symbol, CancellationToken.None))!);
        var commit = standalone.TakeCommit();

        commit.Candles.ShouldNotBeEmpty();
        commit.Candles.OrderBy(Key).ShouldBe(last!.Candles.OrderBy(Key));
        SameAfterwards(silo, standalone, trades);

        static string Key(Candle candle) => $"{candle.Interval} {candle.OpenTimeMicros}";
    }

    private static SymbolSession Session() => new(Spec, new EngineOptions(), Substitute.For<IMarketListener>());

    private static SymbolSession Restored(EngineState state)
    {
        var session = Session();
        session.Load(state).ShouldBe(EngineRestore.State);
        return session;
    }

    private static void Trade(SymbolSession session, long first, int count)
    {
        for (var id = first; id < first + count; id++)
        {
            session.Apply(new ReceivedPrint(Print.Trade(Spec, id, Start + (id * 100_000), 6_000_000 + (id % 13), 500 + (id * 7_919 % 104_729), (TakerSide)(id % 2)), 0, 0));
        }
    }

    private static void SameAfterwards(SymbolSession one, SymbolSession other, int trades)
    {
        Trade(one, trades + 1, 900);
        Trade(other, trades + 1, 900);
        _ = one.TakeCommit();
        _ = other.TakeCommit();
        other.Save().ToArray().ShouldBe(one.Save().ToArray());
    }

    private static EngineState StateOf(GrainState<HotState> hot, params GrainState<BaseState>[] bases) => new(
        hot.State!.Snapshot, [.. bases.Index().Where(slot => slot.Item.RecordExists).Select(slot => new EngineBase(slot.Index, slot.Item.State!.Bytes))]);

    private StoreGrainStorage Storage() => new(States, Substitute.For<ISettingsStore>(), _log);

    private async Task<(GrainState<HotState> Hot, GrainState<BaseState> Even, GrainState<BaseState> Odd)> ReadAsync()
    {
        var (hot, even, odd) = (new GrainState<HotState>(), new GrainState<BaseState>(), new GrainState<BaseState>());
        await Storage().ReadStateAsync(HotState.Name, Grain, hot);
        await Storage().ReadStateAsync(BaseState.Even, Grain, even);
        await Storage().ReadStateAsync(BaseState.Odd, Grain, odd);
        return (hot, even, odd);
    }

    private async Task WriteAsync(EngineCommit commit)
    {
        if (commit.Base is { } whole)
        {
            await Storage().WriteStateAsync(
                whole.Slot == 0 ? BaseState.Even : BaseState.Odd, Grain, new GrainState<BaseState> { State = new BaseState { Bytes = whole.Bytes.ToArray() } });
        }

        await Storage().WriteStateAsync(HotState.Name, Grain, new GrainState<HotState> { State = new HotState { Snapshot = commit.State!.Value.ToArray() } });
    }
}
