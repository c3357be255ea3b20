using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Image;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Prometheus;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Deployment.Tests.Docs;

public sealed partial class OperationsTests
{
    private static readonly string Text = Repository.Read("docs", "operations.md");
    private static readonly IReadOnlySet<string> Anchors = AnchorsOf(Text);

    [Fact]
    public void EveryAlert_HasItsRunbook_AndEveryRunbookItsAlert()
    {
        RuleFiles.Alerts.Select(alert => alert.Text("annotations.runbook_url")!["docs/operations.md#".Length..]).ShouldBeSubsetOf(Anchors);

        RunbookHeading().Matches(Text).Select(match => match.Groups[1].Value).ShouldBe(RuleFiles.Alerts.Select(alert => alert.Text("alert")!), ignoreOrder: true);
    }

    [Fact]
    public void Links_LeadSomewhere()
    {
        foreach (var target in Link().Matches(Text).Select(match => match.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)))
        {
            if (target.StartsWith('#'))
            {
                Anchors.ShouldContain(target[1..]);
            }
            else
            {
                var (file, anchor) = target.Split('#') is [var name, var heading] ? (name, heading) : (target, null);
                Path.Exists(Repository.At("docs", file)).ShouldBeTrue(target);
                if (anchor is not null)
                {
                    AnchorsOf(Repository.Read($"docs/{file}")).ShouldContain(anchor);
                }
            }
        }
    }

    [Fact]
    public void Ports_AreThoseOfTheComposeFile()
    {
        var published = Yaml.Read(Repository.Read("docker-compose.yml")).Entries("services").SelectMany(service => service.Value.Items("ports")).Select(port => port.ToString().Split(':')[^2]).ToHashSet();

        LocalPort().Matches(Text[..Text.IndexOf("## Look", StringComparison.Ordinal)]).Select(match => match.Groups[1].Value).ShouldBeSubsetOf(published);
    }

    [Fact]
    public void Profiles_AreThoseOfTheComposeFile()
    {
        var profiles = Yaml.Read(Repository.Read("docker-compose.yml")).Entries("services").SelectMany(service => service.Value.Items("profiles")).Select(profile => profile.ToString()).Append("monitoring").Distinct();
        var table = Text[Text.IndexOf("| Profile |", StringComparison.Ordinal)..];

        TableWord().Matches(table[..table.IndexOf("\n\n", StringComparison.Ordinal)]).Select(match => match.Groups[1].Value).ShouldBe(profiles, ignoreOrder: true);
    }

    /// <summary>What people are told to look at is there.</summary>
    [Fact]
    public async Task Addresses_Answer()
    {
        string[] elsewhere = ["/data", "/tmp", "/targets", "/dashboard"]; // folders, Prometheus, and the silo's own pages
        var addresses = Address().Matches(Text).Select(match => match.Groups[1].Value.Replace("SYMBOL", "BTCUSDT", StringComparison.Ordinal)).Distinct().Except(elsewhere).ToList();
        addresses.Count.ShouldBeGreaterThan(10);
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"]);

        foreach (var address in addresses)
        {
            using var answer = await product.Http.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.NotFound, address);
        }
    }

    /// <summary>A part of health that a runbook names is one that there is.</summary>
    [Fact]
    public async Task Parts_AreThoseOfHealth()
    {
        var named = Part().Matches(Text).Select(match => match.Groups[1].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(1);
        await using var influx = await InfluxFacade.StartAsync();
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"], new Dictionary<string, string>
        {
            ["Influx__Url"] = influx.Address.OriginalString,
            ["Influx__Token"] = InfluxFacade.Token,
            ["Influx__Org"] = InfluxFacade.Org,
            ["Influx__Bucket"] = InfluxFacade.Bucket,
        });

        var health = JsonNode.Parse(await product.Http.GetStringAsync(new Uri("/health", UriKind.Relative)));

        named.ShouldBeSubsetOf(health.Entries("parts").Select(part => part.Key));
    }

    /// <summary>Every curl of the manual, typed as it stands there, brings something.</summary>
    [NeedsFact(NeedsFactAttribute.Curl)]
    public async Task CurlCommands_BringSomething()
    {
        const string Key = "the-key-of-a-person";
        var commands = CurlCommand().Matches(Text).Select(match => match.Value).Distinct().ToList();
        commands.Count.ShouldBeGreaterThan(8);
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"], new Dictionary<string, string> { ["API_KEY"] = Key });

        foreach (var command in commands)
        {
            var typed = LocalHost().Replace(command, product.Url.Authority).Replace("curl ", "curl --fail-with-body ", StringComparison.Ordinal);
            var isLive = command.Contains("/stream", StringComparison.Ordinal);

            // A live stream has no end: its first line will do.
            var run = await Tool.StartAsync("sh", ["-c", isLive ? $"{typed} | head -n 1" : typed], environment: new Dictionary<string, string> { ["KEY"] = Key });

            run.ExitCode.ShouldBe(0, $"{command}\n{run.Said}");
            run.Output.ShouldNotBeEmpty(command);
            if (isLive)
            {
                run.Output.ShouldMatch("^(event|data|id|retry)?:", command);
            }
        }
    }

    /// <summary>Every command of helm is one that helm takes; what it then lacks is a cluster.</summary>
    [NeedsTheory(NeedsFactAttribute.Helm)]
    [InlineData("docs/operations.md")]
    [InlineData("helm/orleans-market/README.md")]
    [InlineData("README.md")]
    public async Task HelmCommands_AreThoseThatHelmKnows(string file)
    {
        using var folder = new TemporaryFolder();
        (await Tool.RunAsync(NeedsFactAttribute.Helm, ["package", Repository.At("helm", "orleans-market"), "-d", folder.File("out")])).ShouldSucceed();
        var commands = HelmCommand().Matches(Repository.Read(file.Split('/')).Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => match.Value).Distinct().ToList();
        commands.ShouldNotBeEmpty();

        foreach (var command in commands)
        {
            var words = command.Replace("<SHA>", "0123abc", StringComparison.Ordinal).Replace("./helm/", Repository.At("helm") + "/", StringComparison.Ordinal)
                .Replace(" helm/", $" {Repository.At("helm")}/", StringComparison.Ordinal).Replace("oci://registry.example.com", "oci://registry.invalid", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            var run = await Tool.StartAsync(Tool.PlaceOf(NeedsFactAttribute.Helm), words, folder.Path, new Dictionary<string, string> { ["KUBECONFIG"] = folder.File("none"), ["HELM_KUBEAPISERVER"] = "http://127.0.0.1:9" });

            (run.ExitCode == 0 || Unreachable().IsMatch(run.Said)).ShouldBeTrue($"{command}\n{run.Said}");
        }
    }

    /// <summary>Every case for which the requirements ask a guide has its row: what to look at, and what then.</summary>
    [Theory]
    [InlineData("a job does not run", "/jobs", "grep -i btc", "restart")]
    [InlineData("no metrics", "curl localhost:8003/metrics", "/targets")]
    [InlineData("no data in Grafana", "query", "time range", "dashboard")]
    [InlineData("the page does not move", "/stream", "console")]
    [InlineData("prices stand still", "/api/btc-price", "redis-cli GET btc_price:latest")]
    [InlineData("a service does not start", "docker compose logs", "ss -ltnp", "docker system df")]
    [InlineData("no data flows", "/health", "/pipeline", "ws_connected")]
    [InlineData("`/candles` is empty", "emptyBecause", "SYMBOLS")]
    public void Troubleshooting_HelpsWithEveryCase(string trouble, params string[] naming)
    {
        var row = TroubleRow().Matches(Text[Text.IndexOf("## Troubleshooting", StringComparison.Ordinal)..]).Select(match => match.Value)
            .Single(line => line.StartsWith($"| {trouble}", StringComparison.Ordinal));

        row.Split(" | ").Length.ShouldBe(3);
        foreach (var name in naming)
        {
            row.ShouldContain(name);
        }
    }

    /// <summary>What the SDK makes without a Dockerfile stands on the same base.</summary>
    [Fact]
    public async Task PublishContainer_TakesTheBaseOfTheDockerfile()
    {
        var family = Text[Text.IndexOf("-p:ContainerFamily=", StringComparison.Ordinal)..].Split(' ')[0];
        var run = await Tool.StartAsync("dotnet", ["msbuild", "src/OrleansMarket.Standalone", family, "-t:ComputeContainerBaseImage", "-getProperty:ContainerBaseImage"]);

        var dotnet = Dockerfile.Instructions.First(each => each.Name == "ARG").Words[0].Split('=')[1];
        run.ShouldSucceed().Output.Trim().ShouldBe(Dockerfile.Stage("runtime").First().Words[0].Replace("${DOTNET}", dotnet, StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_Exist() =>
        Metric().Matches(Text).Select(match => match.Value).Where(name => name is not "market_stage" && DocumentedMetrics.Find(name) is null).ShouldBeEmpty();

    /// <summary>As GitHub makes them: lower case, spaces to dashes, the rest left out.</summary>
    private static HashSet<string> AnchorsOf(string text) => Heading().Matches(text).Select(match => AnchorOf(match.Groups[1].Value)).ToHashSet();

    private static string AnchorOf(string heading) => Left().Replace(heading.ToLowerInvariant().Replace(' ', '-'), "");

    [GeneratedRegex("^#{2,3} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^### (Market.+)$", RegexOptions.Multiline)]
    private static partial Regex RunbookHeading();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"http://localhost:(\d+)")]
    private static partial Regex LocalPort();

    [GeneratedRegex(@"^\| `(\w+)`", RegexOptions.Multiline)]
    private static partial Regex TableWord();

    [GeneratedRegex(@"\bmarket_[a-z0-9_]*[a-z0-9](?=[{`]|$)", RegexOptions.Multiline)]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?:`|localhost:8080)(/[a-z][A-Za-z/-]*)")]
    private static partial Regex Address();

    [GeneratedRegex(@"[Pp]art `(\w+)`")]
    private static partial Regex Part();

    [GeneratedRegex(@"(?<=^ *|`)curl [^`#\n]*", RegexOptions.Multiline)]
    private static partial Regex CurlCommand();

    [GeneratedRegex("localhost:80[08][03]")]
    private static partial Regex LocalHost();

    [GeneratedRegex(@"(?<=^|`)helm (?:-n \S+ )?(?:upgrade|test|rollback|package|push|install) [^`…|\n#]*", RegexOptions.Multiline)]
    private static partial Regex HelmCommand();

    [GeneratedRegex("cluster unreachable|connection refused|no such host|server misbehaving|lookup registry.invalid", RegexOptions.IgnoreCase)]
    private static partial Regex Unreachable();

    [GeneratedRegex(@"^\|.*\|$", RegexOptions.Multiline)]
    private static partial Regex TroubleRow();

    [GeneratedRegex("[^a-z0-9_-]")]
    private static partial Regex Left();
}
