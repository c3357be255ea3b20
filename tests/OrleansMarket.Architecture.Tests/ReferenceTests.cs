using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

/// <summary>References point inward: Domain knows nobody, hosts know everybody, and few know Orleans.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Feeds"] = ["Domain"],
        ["Sinks"] = ["Domain"],
        ["Web"] = ["Domain"],
        ["Standalone"] = ["Domain", "Feeds", "Sinks", "Web"],
        ["Contracts"] = ["Domain"],
        ["Grains"] = ["Domain", "Contracts"],
        ["Streams.EventHubs"] = ["Domain", "Contracts"],
        ["Silo"] = ["Domain", "Feeds", "Sinks", "Web", "Contracts", "Grains", "Streams.EventHubs"],
    };

    private static readonly string[] Orleans = ["Contracts", "Grains", "Silo", "Streams.EventHubs"];
    private static readonly string[] OrleansTests = ["Streams.EventHubs.Tests", "Cluster.Tests", "Cluster.Benchmarks"];

    [Fact]
    public void SourceProjects_ReferenceOnlyWhatLiesFurtherIn()
    {
        var broken = Repository.SourceProjects.SelectMany(p => p.ProjectReferences
            .Except(Allowed.GetValueOrDefault(p.Name) ?? throw new InvalidOperationException($"Say above what {p.Name} may reference."))
            .Select(r => $"{p.Name} -> {r}"));

        broken.ShouldBeNone();
    }

    [Fact]
    public void Standalone_ComposesAllFour()
    {
        var standalone = Repository.SourceProjects.Single(p => p.Name == "Standalone");

        Assert.Equal(Allowed["Standalone"], standalone.ProjectReferences.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Domain_NeedsTheBaseClassLibraryOnly()
    {
        var domain = Repository.SourceProjects.Single(p => p.Name == "Domain");
        var assemblies = Assembly.Load("OrleansMarket.Domain").GetReferencedAssemblies().Select(a => a.Name!);

        domain.PackageReferences.Concat(domain.Includes("FrameworkReference")).ShouldBeNone();
        Assert.All(assemblies, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void OrleansIsKnown_OnlyToTheClusterProjects()
    {
        var others = Repository.Projects.Where(p => !Orleans.Contains(p.Name) && !OrleansTests.Contains(p.Name)).ToList();
        var references = others.SelectMany(p => p.ProjectReferences.Intersect(Orleans)
            .Concat(p.PackageReferences.Where(r => r.Contains("Orleans", StringComparison.Ordinal)))
            .Select(r => $"{p.Name} -> {r}"));
        var usings = others.SelectMany(p => Repository.CodeFiles(p.Path[..p.Path.LastIndexOf('/')]))
            .Where(f => UsingOrleans().IsMatch(Repository.Read(f)));

        references.Concat(usings).ShouldBeNone();
    }

    [GeneratedRegex(@"^\s*(global )?using (static )?Orleans[.;]", RegexOptions.Multiline)]
    private static partial Regex UsingOrleans();
}
