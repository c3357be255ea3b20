using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Image;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Compose;

/// <summary>The one-shot service that makes the passwords, run by the shell of this machine.</summary>
public sealed partial class SecretsScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Make_WritesRandomPasswords_OnlyForTheirOwners()
    {
        await RunAsync("make");
        using var second = new TemporaryFolder();
        await RunInAsync(second.Path, "make");

        foreach (var file in (string[])["silo/API_KEY", "silo/Cluster__RedisPassword", "silo/Influx__Token", "grafana/admin-password", "influxdb/admin-password"])
        {
            Read(file).Length.ShouldBeGreaterThanOrEqualTo(48);
            Read(file).ShouldNotBe(File.ReadAllText(second.File(file)).Trim());
            if (!OperatingSystem.IsWindows())
            {
                (File.GetUnixFileMode(_folder.File(file)) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)).ShouldBe(UnixFileMode.None, file);
            }
        }

        new[] { Read("silo/API_KEY"), Read("silo/Cluster__RedisPassword"), Read("silo/Influx__Token"), Read("grafana/admin-password"), Read("influxdb/admin-password") }.ShouldBeUnique();
    }

    /// <summary>As root, which the service is, the script gives each folder to the user of that service's image.</summary>
    [Fact]
    public async Task Files_BelongToTheUsersOfTheImages()
    {
        if ((await Tool.StartAsync("id", ["-u"])).Output.Trim() != "0")
        {
            return; // nobody else can give files away
        }

        await RunAsync("make");
        var services = Yaml.Read(Repository.Read("docker-compose.yml"));
        var image = Dockerfile.Stage("silo").Last(each => each.Name == "USER").Words[0];
        var users = new Dictionary<string, string>
        {
            ["silo"] = $"{image}:{image}",
            ["redis"] = services.Text("services.redis.user")!,
            ["alertmanager"] = services.Text("services.alertmanager.user")!,
            ["influxdb"] = "1000:1000",
            ["grafana"] = "472:0",
        };
        foreach (var path in Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var owner = users[Path.GetRelativePath(_folder.Path, path).Split('/')[0]];
            (await Tool.StartAsync("stat", ["-c", "%u:%g %a", path])).Output.Trim().ShouldBe($"{owner} {(Directory.Exists(path) ? "500" : "400")}", path);
        }
    }

    [Fact]
    public async Task BothSides_GetTheSame()
    {
        await RunAsync("make");

        Read("redis/redis.conf").ShouldBe($"requirepass {Read("silo/Cluster__RedisPassword")}");
        Read("influxdb/admin-token").ShouldBe(Read("silo/Influx__Token"));
        Read("grafana/influx-token").ShouldBe(Read("silo/Influx__Token"));
    }

    [Fact]
    public async Task MakeAgain_ChangesNothing()
    {
        await RunAsync("make");
        var before = All();

        await RunAsync("make");

        All().ShouldBe(before);
    }

    [Fact]
    public async Task Show_PrintsWhatPeopleNeed_AndNoMore()
    {
        var shown = await RunAsync("show");

        shown.ShouldContain(Read("silo/API_KEY"));
        shown.ShouldContain(Read("grafana/admin-password"));
        shown.ShouldNotContain(Read("silo/Cluster__RedisPassword"));
        shown.ShouldNotContain(Read("silo/Influx__Token"));
    }

    [Fact]
    public async Task Webhook_ComesAndGoesWithItsVariable()
    {
        const string Webhook = "https://hooks.slack.com/services/T/B/x";
        await RunAsync("make", ("SLACK_WEBHOOK_URL", Webhook));
        Read("silo/SLACK_WEBHOOK_URL").ShouldBe(Webhook);
        Read("alertmanager/slack-webhook-url").ShouldBe(Webhook);

        await RunAsync("make");
        File.Exists(_folder.File("silo/SLACK_WEBHOOK_URL")).ShouldBeFalse();
        File.Exists(_folder.File("alertmanager/slack-webhook-url")).ShouldBeFalse();
    }

    [Fact]
    public async Task EveryFileThatSomethingReads_IsMade()
    {
        await RunAsync("make", ("SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T/B/x"));
        string[] readers = ["docker-compose.yml", "prometheus/alertmanager.yml", "grafana/provisioning/datasources/orleans-market.yml"];

        var read = readers.SelectMany(file => SecretPath().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();

        read.Count.ShouldBe(7);
        read.ShouldAllBe(path => Path.Exists(_folder.File(path)));
    }

    [Fact]
    public async Task UnknownWord_IsRefused() =>
        (await Tool.StartAsync("sh", [Repository.At("compose", "secrets.sh"), "print"], environment: new Dictionary<string, string> { ["SECRETS_FOLDER"] = _folder.Path })).ShouldRefuse("print");

    /// <summary>The files are the settings that the product reads.</summary>
    [Fact]
    public async Task Product_TakesItsKeyFromThere()
    {
        await RunAsync("make");

        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"], new Dictionary<string, string> { ["SECRETS_DIR"] = _folder.File("silo") });

        File.Exists(Path.Combine(product.Data, "api-key")).ShouldBeFalse();
        product.Log.ShouldNotContain(Read("silo/API_KEY"));
    }

    private string Read(string file) => File.ReadAllText(_folder.File(file)).Trim();

    private Dictionary<string, string> All() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);

    private Task<string> RunAsync(string word, params (string Name, string Value)[] variables) => RunInAsync(_folder.Path, word, variables);

    private static async Task<string> RunInAsync(string folder, string word, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment["SECRETS_FOLDER"] = folder;
        return (await Tool.StartAsync("sh", [Repository.At("compose", "secrets.sh"), word], environment: environment)).ShouldSucceed().Output;
    }

    [GeneratedRegex(@"/run/secrets/([\w./-]+\w)")]
    private static partial Regex SecretPath();
}
