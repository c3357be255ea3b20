using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Scripts that people and containers run.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.sh").Concat(((string[])["compose", "scripts"]).SelectMany(folder => Directory.EnumerateFiles(Repository.At(folder), "*.sh")))
            .Append(Repository.At(".ci", "run")).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    [NeedsTheory(NeedsFactAttribute.Shellcheck)]
    [MemberData(nameof(Scripts))]
    public async Task Script_PassesTheLint(string script) => (await Tool.RunAsync(NeedsFactAttribute.Shellcheck, ["--severity=warning", Repository.At(script)])).ShouldSucceed();
}
