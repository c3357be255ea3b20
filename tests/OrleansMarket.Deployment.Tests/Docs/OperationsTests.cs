using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Prometheus;
using OrleansMarket.Deployment.Tests.Tools;

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

    [GeneratedRegex("[^a-z0-9_-]")]
    private static partial Regex Left();
}
