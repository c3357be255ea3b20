using NSubstitute;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Standalone.Tests.Commands;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Engine;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>A state of another build: from one of before a host goes on, one of a build to come it refuses and leaves as it is.</summary>
[Collection(HostProcesses.Name)]
public sealed class FormerStateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StateOfAFormerBuild_IsGoneOnFrom(bool twoParts)
    {
        var state = twoParts ? FormerStates.TwoParts : FormerStates.OneSnapshot;
        var before = Restored(state).Engine;
        var gap = Assert.Single(before.Gaps).Missing;
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await Scene.StartAsync(new Upgraded(state), Tape(before.NextId, start), start, null, FormerStates.Spec.Symbol.Value);
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));

        var last = scene.Exchange.Trades(FormerStates.Spec.Symbol)[^1].LastId;
        await scene.HearsEverythingAsync();

        // What came before the host listened is a gap first; it is repaired, and only the one of before is left.
        await scene.BecomesTrueAsync(
            async () => (await scene.Client.GetAsync($"/market/{FormerStates.Spec.Symbol}")).GetProperty("market").GetProperty("overview").GetProperty("missingIds").GetInt64() == gap.Count,
            $"nothing missing but {gap}, as before");
        Assert.Contains($"{FormerStates.Spec.Symbol} goes on at trade {before.NextId}: ", scene.Host.Log, StringComparison.Ordinal);
        await scene.Host.StopAsync();

        var after = Restored(await LoadAsync(Upgraded.FolderOf(scene.Host))).Engine;
        Assert.Equal(last + 1, after.NextId);
        Assert.Equal(gap, Assert.Single(after.Gaps).Missing);
    }

    [Fact]
    public async Task StateOfABuildToCome_IsRefusedInOneLine_AndLeftAsItIs()
    {
        using var folder = new TemporaryFolder();
        await StoreAsync(folder.File("data/live"), FormerStates.Newer);
        await using var exchange = await FakeBinance.StartAsync(Tape(1, Micros.From(TimeProvider.System.GetUtcNow())));
        var settings = LiveSettings.Of(exchange, [FormerStates.Spec.Symbol.Value], new KeyValuePair<string, string>("ASPNETCORE_URLS", $"http://127.0.0.1:{FreePort.Next()}"));
        var (code, _, error) = await HostProcess.RunToEndAsync("OrleansMarket.Standalone.dll", settings, "serve", "--source", "live", "--data", folder.File("data"));

        Assert.Equal(
            (2, "error: expected version 3 of an engine's hot state, found 99: start with the build that wrote it, or without the state"), (code, error.TrimEnd()));
        Assert.Equal(FormerStates.Newer.Hot.ToArray(), (await LoadAsync(folder.File("data/live"))).Hot.ToArray());
    }

    /// <summary>One trade a second with the ids that the state expects next.</summary>
    private static FakeTape Tape(long nextId, long start)
    {
        var spec = FakeTape.FromModel(start, TimeSpan.FromSeconds(1), 1, 1, FormerStates.Spec.Symbol.Value).Symbols[FormerStates.Spec.Symbol].Spec;
        return FakeTape.Of((spec, Enumerable.Range(0, 600).Select(second => Print.Trade(spec, nextId + second, start + (second * Micros.PerSecond), 6_000_000, 1_000, TakerSide.Buy))));
    }

    private static SymbolSession Restored(EngineState state)
    {
        var session = new SymbolSession(FormerStates.Spec, new EngineOptions(), Substitute.For<IMarketListener>());
        Assert.Equal(EngineRestore.State, session.Load(state));
        return session;
    }

    private static async Task StoreAsync(string folder, EngineState state)
    {
        using var builder = new StoreBuilder(folder);
        await using var database = builder.OpenDatabase();
        await new SqliteEngineStateStore(database).CommitAsync(
            [new EngineCommit { Spec = FormerStates.Spec, State = state.Hot, Base = state.Bases.SingleOrDefault(), Candles = [], Whales = [], Alerts = [], OpenGaps = [], ClosedGaps = [] }], default);
    }

    private static async Task<EngineState> LoadAsync(string folder)
    {
        using var builder = new StoreBuilder(folder);
        await using var database = builder.OpenDatabase();
        return (await new SqliteEngineStateStore(database).LoadAsync(FormerStates.Spec.Symbol, default))!;
    }

    /// <summary>Makes hosts that find a state.</summary>
    private sealed class Upgraded(EngineState state) : IHostFactory
    {
        public static string FolderOf(IHostUnderTest host) => Path.Combine(((OneProcess)host).DataPath, "live");

        public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null)
        {
            var host = new StandaloneHosts().Create(exchange, symbols, settings);
            StoreAsync(FolderOf(host), state).GetAwaiter().GetResult();
            return host;
        }
    }
}
