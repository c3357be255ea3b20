using System.Globalization;
using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Helm;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Redis;

namespace OrleansMarket.Deployment.Tests.Image;

/// <summary>The images that test.sh has built from the Dockerfile, run by a container engine as an operator runs them.</summary>
public sealed class ImageTests
{
    private const string Engine = NeedsFactAttribute.ContainerEngine, StandaloneImage = NeedsFactAttribute.StandaloneImage, SiloImage = NeedsFactAttribute.SiloImage;

    /// <summary>As compose and chart give it.</summary>
    private static readonly TimeSpan StopBudget = TimeSpan.FromSeconds(120);

    [NeedsFact(Engine, StandaloneImage)]
    public Task StandaloneHost_RunsHardened_AndStopsWhenAsked() => RunsHardenedAsync(Tool.PlaceOf(StandaloneImage));

    [NeedsFact(Engine, SiloImage)]
    public Task Silo_RunsHardened_AndStopsWhenAsked() => RunsHardenedAsync(Tool.PlaceOf(SiloImage));

    [NeedsFact(Engine, StandaloneImage)]
    public Task StandaloneHost_HasNoShell() => HasNoShellAsync(Tool.PlaceOf(StandaloneImage));

    [NeedsFact(Engine, SiloImage)]
    public Task Silo_HasNoShell() => HasNoShellAsync(Tool.PlaceOf(SiloImage));

    /// <summary>What the chart gives a pod suits the image: arguments, settings, and nothing that a bare installation has not.</summary>
    [NeedsFact(Engine, SiloImage, NeedsFactAttribute.Helm)]
    public async Task PodOfTheChart_RunsInTheImage()
    {
        var manifests = await Chart.RenderSetAsync("settings.source=\"simulator\"");
        var arguments = manifests.Silos().Single().Items("spec.template.spec.containers.0.args").Select(argument => argument.ToString());
        var settings = manifests.OfKind("ConfigMap").Single().Entries("data").ToDictionary(setting => setting.Key, setting => setting.Value!.ToString());

        await using var container = await Container.StartAsync(Tool.PlaceOf(SiloImage), arguments, settings);
        await container.BecomeHealthyAsync();

        (await container.StopAsync(StopBudget)).ShouldBe(0, await container.LogAsync());
    }

    [NeedsFact(Engine, SiloImage, NeedsFactAttribute.Redis)]
    public async Task ThreeSilos_AreOneCluster()
    {
        await using var redis = await RedisServer.StartAsync();
        var silos = new List<Container>();
        try
        {
            foreach (var name in (string[])["silo-1", "silo-2", "silo-3"])
            {
                silos.Add(await Container.StartAsync(Tool.PlaceOf(SiloImage), ["serve", "--source", "simulator"], new Dictionary<string, string>
                {
                    ["SYMBOLS"] = "BTCUSDT,ETHUSDT,SOLUSDT",
                    ["API_KEY"] = "the-key-of-this-test-cluster",
                    ["Cluster__Redis"] = redis.Address,
                    ["Cluster__Name"] = name,
                    ["Cluster__Address"] = "127.0.0.1",
                    ["Cluster__SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
                    ["Cluster__GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
                }));
            }

            await Task.WhenAll(silos.Select(silo => silo.BecomeHealthyAsync()));

            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
            await Eventually.BecomesTrueAsync(async () => await MembersAsync(silos[0]) is ["silo-1", "silo-2", "silo-3"], "a cluster of three members", TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(1));
            foreach (var symbol in (string[])["BTCUSDT", "ETHUSDT", "SOLUSDT"])
            {
                var seen = await LastTradeAsync(silos[0], symbol);
                await Eventually.BecomesTrueAsync(async () => await LastTradeAsync(silos[2], symbol) > seen, $"trades of {symbol} at every silo", TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(1));
            }

            (await Task.WhenAll(silos.Select(silo => silo.StopAsync(StopBudget)))).ShouldAllBe(code => code == 0, "each hands over and ends by itself");

            async Task<List<string>> MembersAsync(Container silo)
            {
                var jobs = await AskAsync(silo, "/jobs");
                return jobs.Items("silent").Any() ? [] : [.. jobs.Items("jobs").Select(job => job.Text("server")!).Distinct().Order(StringComparer.Ordinal)];
            }

            async Task<long> LastTradeAsync(Container silo, string symbol) =>
                (await AskAsync(silo, $"/market/{symbol}")).At("market.overview.lastTradeId")?.GetValue<long>() ?? 0;

            async Task<JsonNode?> AskAsync(Container silo, string path)
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri(silo.Url, path));
                    return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
                }
                catch (Exception late) when (late is HttpRequestException or TaskCanceledException)
                {
                    return null; // it is asked again
                }
            }
        }
        finally
        {
            await Task.WhenAll(silos.Select(silo => silo.DisposeAsync().AsTask()));
        }
    }

    private static async Task RunsHardenedAsync(string image)
    {
        await using var container = await Container.StartAsync(image, ["serve", "--source", "simulator"]);
        await container.BecomeHealthyAsync();

        var seen = await container.InspectAsync();
        seen.Text("Config.User").ShouldBe("1654");
        var labels = seen.At("Config.Labels")!;
        labels["org.opencontainers.image.title"]!.ToString().ShouldBe("OrleansMarket");
        labels["org.opencontainers.image.licenses"]!.ToString().ShouldBe("MIT");
        labels["org.opencontainers.image.version"]!.ToString().ShouldMatch(@"^\d+\.\d+\.\d+");
        labels["org.opencontainers.image.revision"]!.ToString().ShouldMatch("^[0-9a-f]{40}$");
        seen.At("HostConfig.ReadonlyRootfs")!.GetValue<bool>().ShouldBeTrue();
        seen.At("HostConfig.Memory")!.GetValue<long>().ShouldBe(Container.MemoryBytes);

        // What the kernel says of the process itself.
        var status = (await File.ReadAllLinesAsync($"/proc/{seen.At("State.Pid")!.GetValue<int>()}/status")).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        status["Uid"].Split('\t').ShouldAllBe(id => id != "0");
        status["CapEff"].ShouldBe("0000000000000000");
        status["NoNewPrivs"].ShouldBe("1");
        status["Seccomp"].ShouldBe("2");

        (await container.StopAsync(StopBudget)).ShouldBe(0, await container.LogAsync());
        (await container.InspectAsync()).At("State.OOMKilled")!.GetValue<bool>().ShouldBeFalse();

        // Nothing but its data can be written to.
        (await Container.RunAsync(image, [], ["serve", "--source", "simulator", "--data", "/elsewhere"])).ShouldRefuse("/elsewhere");
    }

    private static async Task HasNoShellAsync(string image)
    {
        foreach (var shell in (string[])["/bin/sh", "/bin/bash", "/bin/busybox", "/usr/bin/env"])
        {
            (await Container.RunAsync(image, ["--entrypoint", shell], ["-c", "true"])).ShouldRefuse();
        }

        (await Container.RunAsync(image, [], ["--version"])).ShouldSucceed();
    }
}
