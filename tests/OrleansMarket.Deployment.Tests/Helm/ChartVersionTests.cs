using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>A chart that was given out under a version stays as it is: what changes afterwards gets a new version. A tag says what was given out.</summary>
public sealed class ChartVersionTests
{
    private static readonly string[] Parts = ["helm/orleans-market", "grafana/dashboards", "prometheus/rules"];

    [Fact]
    public async Task GivenOutVersion_IsNotChanged() => (await ChangedSinceAsync(Repository.Root)).ShouldBeEmpty("raise version in helm/orleans-market/Chart.yaml, and say what changed in artifacthub.io/changes");

    [Fact]
    public async Task Change_IsNoticed_UntilTheVersionRises()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("helm/orleans-market"));
        var chart = folder.File("helm/orleans-market/Chart.yaml");
        await File.WriteAllTextAsync(chart, "version: 1.2.3\n");
        (await GitAsync(folder.Path, "init", "-q")).ShouldSucceed();
        (await GitAsync(folder.Path, "add", ".")).ShouldSucceed();
        (await GitAsync(folder.Path, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a")).ShouldSucceed();
        await File.WriteAllTextAsync(folder.File("helm/orleans-market/values.yaml"), "a: 1\n");
        (await GitAsync(folder.Path, "add", "--intent-to-add", ".")).ShouldSucceed();

        (await ChangedSinceAsync(folder.Path)).ShouldBeEmpty("it was not given out yet");
        (await GitAsync(folder.Path, "tag", "v1.2.3")).ShouldSucceed();
        (await ChangedSinceAsync(folder.Path)).ShouldBe(["helm/orleans-market/values.yaml"]);
        await File.WriteAllTextAsync(chart, "version: 1.2.4\n");
        (await ChangedSinceAsync(folder.Path)).ShouldBeEmpty();
    }

    private static async Task<string[]> ChangedSinceAsync(string repository)
    {
        var tag = $"v{Yaml.Read(await File.ReadAllTextAsync(Path.Combine(repository, "helm", "orleans-market", "Chart.yaml"))).Text("version")}";
        if ((await GitAsync(repository, "rev-parse", "-q", "--verify", $"refs/tags/{tag}")).ExitCode != 0)
        {
            return []; // not given out, or no checkout
        }

        return (await GitAsync(repository, ["diff", "--name-only", tag, "--", .. Parts])).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Task<ToolRun> GitAsync(string repository, params string[] words) => Tool.StartAsync("git", words, repository);
}
