using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Compose;

public sealed partial class ComposeTests
{
    private static readonly string File = Repository.At("docker-compose.yml");
    private static readonly JsonObject Compose = Yaml.Read(System.IO.File.ReadAllText(File));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Services => Compose.Entries("services");

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task File_IsOfTheSpecificationAndLintsClean() => (await Tool.RunNodeAsync("dclint", ["--max-warnings", "0", File])).ShouldSucceed();

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task Lint_FindsAMisspeltWord()
    {
        using var folder = new TemporaryFolder();
        await System.IO.File.WriteAllTextAsync(folder.File("docker-compose.yml"), System.IO.File.ReadAllText(File).Replace("healthcheck:", "healthchek:", StringComparison.Ordinal));

        (await Tool.RunNodeAsync("dclint", ["-c", Repository.At(".dclintrc"), folder.File("docker-compose.yml")])).ShouldRefuse("additional properties");
    }

    [Theory]
    [InlineData("", "grafana influxdb prometheus redis secrets silo")]
    [InlineData("monitoring", "grafana influxdb prometheus redis secrets silo")]
    [InlineData("alerts", "alertmanager grafana influxdb prometheus redis secrets silo")]
    [InlineData("scale", "grafana influxdb prometheus redis secrets silo silo-more")]
    [InlineData("eventhubs", "azurite eventhubs grafana influxdb prometheus redis secrets silo")]
    public void Profile_StartsItsServices(string profile, string services) =>
        Services.Where(service => service.Value.At("profiles") is null || service.Value.Items("profiles").Any(each => each.ToString() == profile))
            .Select(service => service.Key).Order(StringComparer.Ordinal).ShouldBe(services.Split(' '));

    /// <summary>Debian's docker-compose is an old one; what it reads, newer ones read too.</summary>
    [NeedsFact(NeedsFactAttribute.Compose)]
    public async Task File_IsRead_WithoutAnyVariable()
    {
        var run = await ConfigAsync("");

        var read = Yaml.Read(run.ShouldSucceed().Output);
        run.Error.ShouldNotContain("variable is not set");
        read.Entries("services").Select(service => service.Key).ShouldBe(Services.Select(service => service.Key), ignoreOrder: true);
        read.Text("services.silo.depends_on.redis.condition").ShouldBe("service_healthy");
        read.Text("services.silo.depends_on.secrets.condition").ShouldBe("service_completed_successfully");
        read.Items("services.silo.command").Select(word => word.ToString()).ShouldBe(["serve", "--source", "auto"]);
    }

    [NeedsFact(NeedsFactAttribute.Compose)]
    public async Task Ports_AreOnLoopback_UnlessSaidOtherwise()
    {
        string[] expected = ["silo 8080:8080", "silo 8000:8080", "silo 3000:8080", "silo 8003:8080", "prometheus 9090:9090", "grafana 3001:3000", "alertmanager 9093:9093"];

        (await PortsAsync("")).ShouldBe(expected.Select(port => port.Replace(" ", " 127.0.0.1:", StringComparison.Ordinal)), ignoreOrder: true);
        (await PortsAsync("BIND_ADDRESS=0.0.0.0")).ShouldBe(expected.Select(port => port.Replace(" ", " 0.0.0.0:", StringComparison.Ordinal)), ignoreOrder: true);

        static async Task<List<string>> PortsAsync(string setting)
        {
            var run = await ConfigAsync(setting);
            return [.. Yaml.Read(run.ShouldSucceed().Output).Entries("services").SelectMany(service => service.Value.Items("ports").Select(port => $"{service.Key} {port.ToString().Replace("/tcp", "", StringComparison.Ordinal)}"))];
        }
    }

    /// <summary>Each variable set to something of its own is found in what docker-compose makes of the file; and what .env.example says is what holds without it.</summary>
    [NeedsFact(NeedsFactAttribute.Compose)]
    public async Task EveryDescribedVariable_HasItsEffect_AndItsDefault()
    {
        var own = Described().Select((variable, index) => (variable.Name, Value: variable.Name switch { "BIND_ADDRESS" => "127.0.0.77", "EXTRA_SILOS" => "4321", _ => $"value-{index}-of-a-test" })).ToList();

        var changed = (await ConfigAsync(string.Join('\n', own.Select(variable => $"{variable.Name}={variable.Value}")))).ShouldSucceed().Output;

        own.Where(variable => !changed.Contains(variable.Value, StringComparison.Ordinal)).ShouldBeEmpty();
        (await ConfigAsync(Repository.Read(".env.example"))).ShouldSucceed().Output.ShouldBe((await ConfigAsync("")).Output);
    }

    [Fact]
    public void EveryVariable_IsDescribed_AndHasItsDefault()
    {
        var used = Variable().Matches(System.IO.File.ReadAllText(File)).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct().ToList();

        Described().ShouldBe(used, ignoreOrder: true);
        AnyVariable().Count(System.IO.File.ReadAllText(File)).ShouldBe(Variable().Count(System.IO.File.ReadAllText(File)), "every variable has a default: nothing needs to be set");
    }

    [Fact]
    public void Services_AreHardenedAndWatched()
    {
        foreach (var (name, service) in Services)
        {
            service.Items("security_opt").Select(option => option.ToString()).ShouldContain("no-new-privileges:true", name);
            service.At("privileged").ShouldBeNull(name);
            service.Items("volumes").ShouldAllBe(volume => !volume.ToString().Contains("docker.sock", StringComparison.Ordinal));
            service.Text("image").ShouldNotBeNull(name);
            service.Text("image")!.ShouldMatch(@"(:v?\d+\.\d+\.\d+|\$\{IMAGE:-orleans-market:local\})", $"{name}: a pinned tag");
            if (name is not "eventhubs")
            {
                service.Items("cap_drop").Select(each => each.ToString()).ShouldBe(["ALL"], name);
                (name is "influxdb" || service.At("read_only")!.GetValue<bool>()).ShouldBeTrue(name);
            }

            service.At("mem_limit").ShouldNotBeNull(name);
            service.At("pids_limit").ShouldNotBeNull(name);
            service.Text("logging.options.max-size").ShouldNotBeNull($"{name}: its log has a bound");
            if (name is not "secrets")
            {
                service.Text("restart").ShouldBe("unless-stopped", name);
            }

            if (name is not ("secrets" or "eventhubs" or "silo" or "silo-more"))
            {
                service.At("healthcheck.test").ShouldNotBeNull(name);
            }
        }
    }

    [Fact]
    public void NoPassword_IsInAnEnvironment()
    {
        foreach (var (name, value) in Services.SelectMany(service => service.Value.Entries("environment")))
        {
            if (SecretName().IsMatch(name))
            {
                var isPlace = name.EndsWith("FILE", StringComparison.Ordinal) && value!.ToString().StartsWith("/run/secrets/", StringComparison.Ordinal);
                var isGivenByEnv = name == "SLACK_WEBHOOK_URL" && value!.ToString() == "${SLACK_WEBHOOK_URL:-}";
                var isKnownToAll = name == "Streams__EventHubs__ConnectionString" && value!.ToString().Contains("UseDevelopmentEmulator=true", StringComparison.Ordinal);
                (isPlace || isGivenByEnv || isKnownToAll).ShouldBeTrue(name);
            }
        }

        Services.Where(service => service.Value.At("environment.SLACK_WEBHOOK_URL") is not null).Select(service => service.Key).ShouldBe(["secrets"]);
    }

    [Fact]
    public void MountedFiles_Exist()
    {
        foreach (var mount in Services.SelectMany(service => service.Value.Items("volumes")).Select(volume => volume.ToString()).Where(volume => volume.StartsWith("./", StringComparison.Ordinal)))
        {
            Path.Exists(Repository.At(mount.Split(':')[0])).ShouldBeTrue(mount);
            mount.ShouldEndWith(":ro");
        }

        Services.SelectMany(service => service.Value.Items("volumes")).Select(volume => volume.ToString().Split(':')[0])
            .Where(volume => !volume.Contains('/', StringComparison.Ordinal)).Distinct().ShouldBe(Compose.Entries("volumes").Select(volume => volume.Key), ignoreOrder: true);
    }

    [Fact]
    public void Prometheus_AsksEveryFiveSeconds() =>
        Yaml.Read(Repository.Read("prometheus", "prometheus.yml")).Items("scrape_configs").Single(job => job.Text("job_name") == "orleans-market").Text("scrape_interval").ShouldBe("5s");

    [Fact]
    public void Prometheus_LooksAtEverySilo()
    {
        var scraped = Yaml.Read(Repository.Read("prometheus", "prometheus.yml")).Items("scrape_configs").Single(job => job.Text("job_name") == "orleans-market").Text("dns_sd_configs.0.names.0");

        foreach (var silo in (string[])["silo", "silo-more"])
        {
            Compose.Items($"services.{silo}.networks.default.aliases").Select(alias => alias.ToString()).ShouldContain(scraped);
        }
    }

    [Fact]
    public void Emulator_HasTheHubThatSilosUse()
    {
        var hub = JsonNode.Parse(Repository.Read("compose", "eventhubs", "Config.json")).At("UserConfig.NamespaceConfig.0.Entities.0");

        hub.Text("Name").ShouldBe("market-trades");
        int.Parse(hub.Text("PartitionCount")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 32);
    }

    private static IEnumerable<(string Name, string Value)> Described() => Repository.Read(".env.example").Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#')).Select(line => (line.Split('=', 2)[0], line.Split('=', 2)[1]));

    /// <summary>The file as docker-compose reads it, with every profile.</summary>
    private static async Task<ToolRun> ConfigAsync(string environment)
    {
        using var folder = new TemporaryFolder();
        await System.IO.File.WriteAllTextAsync(folder.File("one.env"), environment + "\n");
        return await Tool.RunAsync(NeedsFactAttribute.Compose, ["--profile", "alerts", "--profile", "scale", "--profile", "eventhubs", "--env-file", folder.File("one.env"), "-f", File, "config"]);
    }

    [GeneratedRegex(@"\$\{(\w+):-([^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<!\$)\$\{?\w")]
    private static partial Regex AnyVariable();

    [GeneratedRegex("(PASSWORD|TOKEN|SECRET(?!S_DIR)|WEBHOOK|API_KEY|ConnectionString)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
