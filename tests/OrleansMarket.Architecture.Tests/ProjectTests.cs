using System.Text.Json;
using System.Xml.Linq;

namespace OrleansMarket.Architecture.Tests;

public sealed class ProjectTests
{
    /// <summary>These are proven together, as the silos of a cluster; of Event Hubs, which needs its cloud, the settings are.</summary>
    private static readonly string[] ProvenByClusterTests = ["Contracts", "Grains", "Silo", "Streams.EventHubs"];

    [Fact]
    public void EverySourceProject_HasItsTestProject()
    {
        var tests = Repository.Projects.Select(p => p.Name).ToHashSet();

        Repository.SourceProjects
            .Where(p => !tests.Contains(ProvenByClusterTests.Contains(p.Name) ? "Cluster.Tests" : p.Name + ".Tests"))
            .Select(p => p.Name).ShouldBeNone();
    }

    [Fact]
    public void TheSolution_ListsEveryProject()
    {
        var solution = Repository.Read("OrleansMarket.sln").Replace('\\', '/');

        Repository.Projects.Select(p => p.Path).Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)).ShouldBeNone();
    }

    [Fact]
    public void TheStandalonePart_ListsEveryProjectThatNeverReachesOrleans()
    {
        using var filter = JsonDocument.Parse(Repository.Read("OrleansMarket.Standalone.slnf"));
        var listed = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(p => p.GetString()!.Replace('\\', '/'));
        var expected = Repository.Projects.Where(p => !ReachesOrleans(p)).Select(p => p.Path);

        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void PackageVersions_AreCentral()
    {
        var versions = BuildFiles().SelectMany(f => Repository.ReadXml(f).Descendants("PackageReference")
            .Where(r => new[] { "Version", "VersionOverride" }.Any(n => r.Attribute(n) is not null || r.Element(n) is not null))
            .Select(r => $"{f}: {r}"));

        versions.ShouldBeNone();
    }

    [Fact]
    public void OnlyTheNativeSqliteLibrary_Floats()
    {
        var floating = Repository.ReadXml("Directory.Packages.props").Descendants("PackageVersion")
            .Where(v => v.Attribute("Version")!.Value.Contains('*'))
            .Select(v => v.Attribute("Include")!.Value);

        Assert.Equal(["SQLitePCLRaw.bundle_e_sqlite3"], floating);
    }

    [Fact]
    public void BannedSymbols_ApplyToEverySourceProject()
    {
        var shared = Repository.ReadXml("src/Directory.Build.props");

        Assert.Contains(shared.Descendants("PackageReference"), r => Include(r) == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Assert.Contains(shared.Descendants("AdditionalFiles"), r => Include(r).EndsWith("eng/BannedSymbols.txt", StringComparison.Ordinal));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", Repository.Read(".editorconfig"), StringComparison.Ordinal);
        Assert.All(["DateTime.UtcNow", "DateTimeOffset.UtcNow", "Thread.Sleep", "Task.Delay", "CreateUnbounded"],
            symbol => Assert.Contains(symbol, Repository.Read("eng/BannedSymbols.txt"), StringComparison.Ordinal));
        Repository.Files
            .Where(f => f.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(f) is ".cs" or ".csproj" or ".editorconfig" or ".targets")
            .Where(f => Repository.Read(f).Contains("RS0030", StringComparison.Ordinal)).ShouldBeNone();
    }

    private static bool ReachesOrleans(Project project) =>
        project.PackageReferences.Any(r => r.StartsWith("Microsoft.Orleans", StringComparison.Ordinal))
        || project.ProjectReferences.Any(r => ReachesOrleans(Repository.Projects.Single(p => p.Name == r)));

    private static IEnumerable<string> BuildFiles() =>
        Repository.Files.Where(f => Path.GetExtension(f) is ".csproj" or ".props" or ".targets");

    private static string Include(XElement item) => item.Attribute("Include")?.Value ?? "";
}
