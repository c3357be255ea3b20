using System.Globalization;
using Microsoft.Extensions.Options;
using NSubstitute;
using Orleans.Providers;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Cluster.Tests.Symbols;
using OrleansMarket.Contracts.Exchange;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using OrleansMarket.TestKit.Processes;
using OrleansMarket.TestKit.Redis;
using Shouldly;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Tests.Import;

/// <summary><c>import</c> as a process, from a real database into a real Redis with password and TLS.</summary>
[Collection(HostProcesses.Name)]
public sealed class ImportTests
{
    private const string Password = "correct-horse";
    private const string Patience = "connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000";
    private static readonly RetentionOptions Forever = new() { Whales = TimeSpan.FromDays(36_500), Gaps = TimeSpan.FromDays(36_500), DeadLetters = TimeSpan.FromDays(36_500) };

    private static SymbolSpec Spec => GrainBench.Spec;

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Import_BringsAFolderIntoACluster_OnceAndNotTwice_AndNeverBack()
    {
        using var certificates = new RedisCertificates();
        await using var redis = await RedisServer.StartAsync("everysec", Password, certificates);
        using var folder = new MarketFolder();
        var session = await FillAsync(folder.Database, trades: 40_000);
        await folder.DisposeAsync();
        Directory.CreateDirectory(Path.Combine(folder.Path, "trades"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "influx"));
        var banned = TimeProvider.System.GetUtcNow().AddHours(20);
        var access = Path.Combine(folder.Path, AccessFile.Name);
        await new AccessFile(access).SetAsync("binance.blocked-until", banned.ToString("O", CultureInfo.InvariantCulture), CancellationToken.None);

        var (code, output) = await ImportAsync(redis, certificates, folder.Path);
        code.ShouldBe(0, output);
        output.ShouldContain("engines                  1");
        output.ShouldNotContain("were there");
        output.ShouldContain($"raw trades stay in {Path.Combine(folder.Path, "trades")}: copy that folder to {Path.Combine("live", "trades")}");
        output.ShouldContain($"points that wait for InfluxDB stay in {Path.Combine(folder.Path, "influx")}: copy that folder to {Path.Combine("live", "influx")}");
        output.ShouldContain($"what the exchange said of this machine's access stays in {access}: copy that file to the data folder of every silo that leaves by the same address");
        output.ShouldContain("bans                     1");
        output.ShouldNotContain(Password);
        await SameAsync(redis, certificates, folder.Path);

        // Again: everything is there.
        (code, output) = await ImportAsync(redis, certificates, folder.Path);
        code.ShouldBe(0, output);
        output.ShouldContain("engines                  0   1 were there");
        output.ShouldContain("bans                     0   1 were there");
        await SameAsync(redis, certificates, folder.Path);

        // A silo goes on where the folder stopped, and further than it.
        await using (var connection = await ConnectAsync(redis, certificates))
        {
            var key = connection.GetServers()[0].Keys(pattern: "*market.symbol*/hot*").ShouldHaveSingleItem();
            (await connection.GetDatabase().HashStringLengthAsync(key, "data")).ShouldBeInRange(1, 16 * 1_024);
            await using var bench = await GrainBench.StartAsync(storage: silo => silo.AddRedisGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, options =>
            {
                options.ConfigurationOptions = OptionsOf(redis, certificates).ToClient();
                options.CreateMultiplexer = _ => Task.FromResult<(IConnectionMultiplexer, bool)>((connection, true));
                options.GetStorageKey = (name, grain) => $"orleans-market/state/{grain}/{name}";
            }));
            (await bench.Grain.GetProgressAsync(CancellationToken.None)).NextId.ShouldBe(session.Engine.NextId);
            var refused = await bench.Cluster.Client.GetGrain<IRateBudgetGrain>("shared").TakeAsync(1, (byte)RequestPriority.Live, CancellationToken.None);
            refused.Reason.ShouldBe("told to stay away before the restart");
            refused.Wait.ShouldBeInRange(TimeSpan.FromHours(19), TimeSpan.FromHours(20));
            await bench.TradeAsync(session.Engine.NextId, 500);
            (await bench.SaveAsync()).ShouldBeTrue();
        }

        (code, output) = await ImportAsync(redis, certificates, folder.Path);
        code.ShouldBe(2, output);
        output.ShouldContain($"error: import: expected a cluster whose engine of BTCUSDT is not further than trade {session.Engine.NextId - 1}, found it at {session.Engine.NextId + 499}");
        (code, output) = await ImportAsync(redis, certificates, folder.Path, "--without-engines");
        code.ShouldBe(0, output);
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Import_IsRefusedWhileASiloRuns()
    {
        await using var redis = await RedisServer.StartAsync("everysec");
        using var folder = new MarketFolder();
        await new SqliteAlertStore(folder.Database).PutRulesAsync([DefaultAlertRules.All[0] with { Version = 7 }], CancellationToken.None);
        await folder.DisposeAsync();
        var settings = new Dictionary<string, string> { ["Cluster__Redis"] = $"{redis.Address},{Patience}" };
        await using var silo = new HostProcess("silo", silo => ["dotnet", SiloProcesses.Program, "--source", "simulator", "--data", silo.DataPath])
        {
            Settings = new Dictionary<string, string>(settings)
            {
                ["API_KEY"] = "the-key-of-this-test-cluster",
                ["Cluster__Name"] = "the-silo",
                ["Cluster__SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
                ["Cluster__GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            },
        };
        await silo.StartAsync();

        var (code, _, error) = await SiloProcesses.RunAsync(settings, "import", "--from", folder.Path);
        code.ShouldBe(2, error);
        error.ShouldStartWith("error: import: expected a cluster of which no silo runs, found the-silo, alive ");

        await silo.StopAsync();
        (code, var output, error) = await SiloProcesses.RunAsync(settings, "import", "--from", folder.Path);
        code.ShouldBe(0, error);
        output.ShouldContain("rules                    1");
    }

    [Fact]
    public async Task Import_NamesWhatItNeeds()
    {
        using var empty = new TemporaryFolder();
        var (code, output) = await RunAsync(new() { ["Cluster__Redis"] = "127.0.0.1:1" }, "import", "--from", empty.Path);
        code.ShouldBe(2);
        output.ShouldContain($"error: --from: expected a data folder with {Path.Combine("live", "market.db")} or market.db, found none in {empty.Path}");

        using var folder = new MarketFolder();
        await folder.DisposeAsync();
        (code, output) = await RunAsync([], "import", "--from", folder.Path);
        code.ShouldBe(2);
        output.ShouldContain("error: Cluster:Redis: expected the Redis of the cluster to import into, found none");
    }

    private static RedisOptions OptionsOf(RedisServer redis, RedisCertificates certificates) =>
        new() { Redis = $"{redis.Address},{Patience},allowAdmin=true", RedisPassword = Password, RedisTls = true, RedisAuthorityFile = certificates.AuthorityFile };

    private static Task<IConnectionMultiplexer> ConnectAsync(RedisServer redis, RedisCertificates certificates) => OptionsOf(redis, certificates).ConnectAsync();

    private static Task<(int Code, string Output)> ImportAsync(RedisServer redis, RedisCertificates certificates, string folder, params string[] more) => RunAsync(
        new()
        {
            ["Cluster__Redis"] = $"{redis.Address},{Patience}",
            ["Cluster__RedisPassword"] = Password,
            ["Cluster__RedisTls"] = "true",
            ["Cluster__RedisAuthorityFile"] = certificates.AuthorityFile,
            ["Storage__Retention__Whales"] = Forever.Whales.ToString(),
            ["Storage__Retention__Gaps"] = Forever.Gaps.ToString(),
            ["Storage__Retention__DeadLetters"] = Forever.DeadLetters.ToString(),
        },
        ["import", "--from", folder, .. more]);

    private static async Task<(int Code, string Output)> RunAsync(Dictionary<string, string> settings, params string[] arguments)
    {
        var (code, output, error) = await SiloProcesses.RunAsync(settings, arguments);
        return (code, output + error);
    }

    /// <summary>Everything that a folder can hold.</summary>
    private static async Task<SymbolSession> FillAsync(MarketDatabase database, int trades)
    {
        await new SqliteSymbolSpecStore(database).SaveAsync([Spec], CancellationToken.None);
        var states = new SqliteEngineStateStore(database);
        var session = new SymbolSession(Spec, new EngineOptions { Analytics = new AnalyticsOptions { WhaleFloor = 90_000 } }, Substitute.For<IMarketListener>());
        for (var id = 1L; id <= trades; id++)
        {
            session.Apply(new ReceivedPrint(
                Print.Trade(Spec, id, GrainBench.Start + (id * 50_000), 6_000_000 + (id % 13), 500 + (id * 7_919 % 154_729), (TakerSide)(id % 2)), 0, 0));
            if (id % 5_000 == 0)
            {
                await states.CommitAsync([session.TakeCommit()], CancellationToken.None);
                session.OnStateWritten();
            }
        }

        var alerts = new SqliteAlertStore(database);
        for (var number = 0; number < 30; number++)
        {
            var transition = AlertStoreUse.Transition("spike", Spec.Symbol, 1_000_000 * (number + 1), AlertState.Firing);
            await alerts.AppendAsync([transition], TimeProvider.System.GetUtcNow(), CancellationToken.None);
            if (number % 3 != 0)
            {
                var record = new AlertRecord { Transition = transition, AcceptedTime = GrainTime(number), Delivery = AlertDelivery.Delivered, MessageId = $"m{number}" };
                await alerts.CommitAsync(new AlertCommit([record], []), CancellationToken.None);
            }
        }

        await alerts.PutRulesAsync([DefaultAlertRules.All[0] with { Version = 7, Enter = 12.5 }], CancellationToken.None);
        await alerts.PutSilenceAsync(
            new AlertSilence { Id = "s1", RuleId = "spike", From = GrainTime(0), Until = GrainTime(60), Reason = "work on the house" }, CancellationToken.None);
        await new SqliteGapStore(database).SaveAsync(
            Spec.Symbol, [], [new GapView(Spec.Symbol, 10, 20, 11, GrainTime(0), GrainTime(1), GapState.Repaired, GrainTime(1), GrainTime(2), 1, "asked")], CancellationToken.None);
        await new SqliteDeadLetterStore(database, Options.Create(Forever)).AppendAsync(
            [.. Enumerable.Range(0, 25).Select(number => new DeadLetter
            {
                ReceivedTimeMicros = GrainBench.Start + number, Reason = DeadLetterReason.Malformed, Error = "expected JSON", Source = "test", Payload = new byte[] { 1, 2, (byte)number },
            })],
            CancellationToken.None);
        await new SqlitePortfolioStore(database).PutAsync(
            new PortfolioHoldings { Name = "main", Holdings = [new Holding { Asset = "BTC", Quantity = 0.5m }], Updated = GrainTime(3) }, 10, CancellationToken.None);
        await new SqlitePriceStore(database).SaveAsync(
            [new LastKnownPrice("BTC", 67_000.123456789m, GrainTime(4), "binance"), new LastKnownPrice("ETH", 3_500.5m, GrainTime(5), "okx")], CancellationToken.None);
        return session;
    }

    private static DateTimeOffset GrainTime(int minutes) => Micros.ToInstant(GrainBench.Start).AddMinutes(minutes);

    /// <summary>What the cluster's stores answer is what the folder's answer.</summary>
    private static async Task SameAsync(RedisServer redis, RedisCertificates certificates, string folder)
    {
        await using var connection = await ConnectAsync(redis, certificates);
        await using var database = MarketFolder.Open(folder);
        var store = new RedisStore(connection, "orleans-market");
        var retention = Options.Create(Forever);
        foreach (var interval in CandleInterval.All)
        {
            var stored = await new SqliteCandleStore(database).ReadAsync(Spec, interval, 0, long.MaxValue, 100_000, CancellationToken.None);
            (await new RedisCandleStore(store, retention, TimeProvider.System).ReadAsync(Spec, interval, 0, Micros.Latest, 100_000, CancellationToken.None)).ShouldBe(stored);
            stored.Count.ShouldBeGreaterThan(interval.LengthMicros < Micros.PerHour ? 1 : -1);
        }

        var whales = new WhaleQuery(Spec.Symbol, null, null, null, 1_000);
        var seen = (await new SqliteWhaleStore(database).ReadAsync(whales, CancellationToken.None)).Whales;
        seen.Count.ShouldBeGreaterThan(10);
        (await new RedisWhaleStore(store, retention, TimeProvider.System).ReadAsync(whales, CancellationToken.None)).Whales.ShouldBe(seen);
        (await new RedisGapStore(store, retention, TimeProvider.System).ReadAsync(Spec.Symbol, 100, CancellationToken.None))
            .ShouldBe(await new SqliteGapStore(database).ReadAsync(Spec.Symbol, 100, CancellationToken.None));

        var (here, there) = (new SqliteAlertStore(database), new RedisAlertStore(store));
        var query = new AlertQuery(null, null, null, 1_000, null);
        AlertJson.Write((await there.ReadAlertsAsync(query, CancellationToken.None)).Alerts).ShouldBe(AlertJson.Write((await here.ReadAlertsAsync(query, CancellationToken.None)).Alerts));
        AlertJson.Write(await there.ReadNewAsync(100, CancellationToken.None)).ShouldBe(AlertJson.Write(await here.ReadNewAsync(100, CancellationToken.None)));
        AlertJson.Write(await there.ReadRulesAsync(CancellationToken.None)).ShouldBe(AlertJson.Write(await here.ReadRulesAsync(CancellationToken.None)));
        AlertJson.Write(await there.ReadSilencesAsync(CancellationToken.None)).ShouldBe(AlertJson.Write(await here.ReadSilencesAsync(CancellationToken.None)));
        AlertJson.Write(await new RedisPortfolioStore(store).ReadAllAsync(CancellationToken.None))
            .ShouldBe(AlertJson.Write(await new SqlitePortfolioStore(database).ReadAllAsync(CancellationToken.None)));
        (await new RedisPriceStore(store, new PriceKeys("orleans-market", FeedKind.Live)).LoadAsync(CancellationToken.None))
            .ShouldBe(await new SqlitePriceStore(database).LoadAsync(CancellationToken.None));
        (await connection.GetDatabase().HashLengthAsync(store.Key("dead-letters", "rows"))).ShouldBe(25);
    }
}
