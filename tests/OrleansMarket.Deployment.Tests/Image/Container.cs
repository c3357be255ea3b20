using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Image;

/// <summary>
/// A container of one of our images, with no more rights than an operator should give: read-only, no capabilities, no new privileges, bounded memory. It uses the network of this machine, so that it
/// needs nothing of the engine but to run. Only in tests that need <see cref="NeedsFactAttribute.ContainerEngine"/>.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    public const long MemoryBytes = 640L << 20;

    private static readonly string[] Hardened =
        ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", $"{MemoryBytes}", "--network", "host"];

    private readonly string _name = $"orleans-market-test-{Guid.NewGuid():N}";

    private Container()
    {
    }

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Starts one; it has a name and an address of its own.</summary>
    public static async Task<Container> StartAsync(string image, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        var container = new Container();
        var environment = new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["ASPNETCORE_URLS"] = container.Url.OriginalString };
        try
        {
            (await EngineAsync(["run", "-d", "--name", container._name, .. Hardened, .. environment.SelectMany(setting => new[] { "-e", $"{setting.Key}={setting.Value}" }), image, .. arguments])).ShouldSucceed();
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one to its end, with the same rights.</summary>
    public static Task<ToolRun> RunAsync(string image, IEnumerable<string> options, IEnumerable<string> arguments) => EngineAsync(["run", "--rm", .. Hardened, .. options, image, .. arguments]);

    /// <summary>What the engine knows of it.</summary>
    public async Task<JsonNode> InspectAsync() => JsonNode.Parse((await EngineAsync(["inspect", _name])).ShouldSucceed().Output)![0]!;

    /// <summary>Waits until the image's own health check, run in the container, is content.</summary>
    public async Task BecomeHealthyAsync()
    {
        var check = (await InspectAsync()).Items("Config.Healthcheck.Test").Select(word => word.ToString()).ToList();
        check[0].ShouldBe("CMD", "there is no shell to run it");
        var run = await EngineAsync(["exec", _name, .. check[1..], "--wait", "200"]);
        run.ExitCode.ShouldBe(0, $"{run.Said}\n{await LogAsync()}");
    }

    /// <summary>Asks it to stop as engines do, by SIGTERM; it is killed when it takes longer than that.</summary>
    /// <returns>Its exit code: 137 when it was killed.</returns>
    public async Task<int> StopAsync(TimeSpan within)
    {
        (await EngineAsync(["stop", "-t", $"{within.TotalSeconds:0}", _name])).ShouldSucceed();
        return (await InspectAsync()).At("State.ExitCode")!.GetValue<int>();
    }

    public async Task<string> LogAsync() => (await EngineAsync(["logs", _name])).Said;

    public async ValueTask DisposeAsync() => await EngineAsync(["rm", "-f", "-v", _name]);

    private static Task<ToolRun> EngineAsync(IEnumerable<string> arguments) =>
        Tool.StartAsync(Tool.PlaceOf(NeedsFactAttribute.ContainerEngine), arguments, patience: TimeSpan.FromSeconds(240));
}
