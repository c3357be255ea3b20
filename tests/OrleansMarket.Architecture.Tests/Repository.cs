using System.Xml.Linq;
using OrleansMarket.TestKit;

namespace OrleansMarket.Architecture.Tests;

/// <summary>The checkout these tests were built from, as files.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", ".git", ".tools", "artifacts", "node_modules"];

    public static string Root { get; } = Checkout.Root;

    /// <summary>Every file that is not generated, once (links are not followed), as a path relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Project> Projects { get; } = [.. Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(Project.Load)];

    public static IReadOnlyList<Project> SourceProjects { get; } = [.. Projects.Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal))];

    public static IEnumerable<string> CodeFiles(string folder) =>
        Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static XDocument ReadXml(string file) => XDocument.Load(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Where(e => !Generated.Contains(Path.GetFileName(e)) && !File.GetAttributes(e).HasFlag(FileAttributes.ReparsePoint))
            .SelectMany(e => Directory.Exists(e) ? Walk(e) : [e]);
}
