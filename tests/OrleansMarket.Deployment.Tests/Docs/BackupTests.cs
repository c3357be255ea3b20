using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Redis;

namespace OrleansMarket.Deployment.Tests.Docs;

/// <summary>Backing up and restoring as docs/operations.md says, with a silence that somebody set as what must not be lost.</summary>
public sealed class BackupTests
{
    private const string Key = "the-key-of-this-test", Reason = "kept by the backup";

    [Fact]
    public async Task OneSilo_GoesOnFromACopyMadeWhileItRan()
    {
        using var backup = new TemporaryFolder();
        string database;
        await using (var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"], Settings()))
        {
            await SilenceAsync(product);
            database = Directory.EnumerateFiles(product.Data, "market.db", SearchOption.AllDirectories).ShouldHaveSingleItem();
            using var live = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
            using var copy = new SqliteConnection($"Data Source={backup.File("market.db")};Pooling=False");
            live.Open();
            copy.Open();
            live.BackupDatabase(copy); // what sqlite3's .backup does
            database = Path.GetRelativePath(product.Data, database);
        }

        using var restored = new TemporaryFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(restored.File(database))!);
        File.Copy(backup.File("market.db"), restored.File(database));

        await using var again = await RunningProduct.StartAsync(["serve", "--source", "simulator", "--data", restored.Path], Settings());

        (await ReasonsAsync(again)).ShouldBe([Reason]);
    }

    [NeedsFact(NeedsFactAttribute.Redis, NeedsFactAttribute.Silo)]
    public async Task Cluster_GoesOnFromTheDumpOfItsRedis()
    {
        await using var redis = await RedisServer.StartAsync();
        using var backup = new TemporaryFolder();
        await using (var silo = await RunningProduct.StartSiloAsync(["serve", "--source", "simulator"], Settings(redis)))
        {
            await SilenceAsync(silo);
            (await new RedisCli(redis).AskAsync("SAVE")).ShouldBe("OK");
            File.Copy(Path.Combine(redis.Folder, "dump.rdb"), backup.File("dump.rdb"));
            await silo.StopAsync();
        }

        await using var other = RedisServer.Prepare("always");
        File.Copy(backup.File("dump.rdb"), Path.Combine(other.Folder, "dump.rdb"));
        other.IsAppendOnly = false;
        await other.StartAsync();
        var cli = new RedisCli(other);
        (await cli.AskAsync("CONFIG", "SET", "appendonly", "yes")).ShouldBe("OK");
        await Eventually.BecomesTrueAsync(async () => (await cli.AskAsync("INFO", "persistence")).Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal), "an append-only file", TimeSpan.FromMinutes(2));
        await other.StopAsync();
        other.IsAppendOnly = true;
        await other.StartAsync();

        await using var again = await RunningProduct.StartSiloAsync(
            ["serve", "--source", "simulator"], new Dictionary<string, string>(Settings(other)) { ["Cluster__ClusterId"] = "restored" });

        (await ReasonsAsync(again)).ShouldBe([Reason]);
    }

    private static Dictionary<string, string> Settings(RedisServer? redis = null)
    {
        var settings = new Dictionary<string, string> { ["API_KEY"] = Key, ["SYMBOLS"] = "BTCUSDT" };
        if (redis is not null)
        {
            settings["Cluster__Redis"] = redis.Address;
            settings["Cluster__Address"] = "127.0.0.1";
            settings["Cluster__SiloPort"] = $"{FreePort.Next()}";
            settings["Cluster__GatewayPort"] = $"{FreePort.Next()}";
        }

        return settings;
    }

    private static async Task SilenceAsync(RunningProduct product)
    {
        using var answer = await product.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "/alerts/silences")
        {
            Content = JsonContent.Create(new { ruleId = "whale", minutes = 600, reason = Reason }),
            Headers = { { "X-API-Key", Key } },
        });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<List<string>> ReasonsAsync(RunningProduct product)
    {
        using var answer = await product.GetAsync("/alerts/silences");
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return [.. JsonNode.Parse(text).Items("silences").Select(silence => silence.Text("reason")!).Distinct()];
    }
}
