using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

/// <summary>The repository builds from the registries and folders its user has, and names none of its own.</summary>
public sealed partial class HygieneTests
{
    [Fact]
    public void NoFile_NamesAPackageSource()
    {
        var sources = Repository.Files.Where(f => Path.GetFileName(f).Equals("nuget.config", StringComparison.OrdinalIgnoreCase))
            .Concat(Find(PackageSource()));

        sources.ShouldBeNone();
    }

    [Fact]
    public void NoFile_NamesAFolderOfTheMachineItWasWrittenOn() => Find(MachineFolder()).ShouldBeNone();

    private static IEnumerable<string> Find(Regex pattern) =>
        Repository.Files.Where(IsText).SelectMany(f => pattern.Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}"));

    private static bool IsText(string file)
    {
        using var stream = File.OpenRead(Path.Combine(Repository.Root, file));
        Span<byte> start = stackalloc byte[512];
        return !start[..stream.Read(start)].Contains((byte)0);
    }

    // The brackets keep these patterns from finding themselves.
    [GeneratedRegex("v3/index[.]json|<package[S]ources>|Restore(Additional[P]roject)?[S]ources>")]
    private static partial Regex PackageSource();

    [GeneratedRegex("(?<![\\w.}~-])/(wor[k]|roo[t])/[\\w.]")]
    private static partial Regex MachineFolder();
}
