using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Prometheus;

public sealed class RuleTests
{
    private const string Promtool = NeedsFactAttribute.Promtool;

    [NeedsFact(Promtool)]
    public async Task Rules_PassTheLint() => (await Tool.RunAsync(Promtool, ["check", "rules", "--lint=all", "--lint-fatal", .. RuleFiles.Rules])).ShouldSucceed();

    [NeedsFact(Promtool)]
    public async Task Rules_DoWhatTheirTestsSay() =>
        (await Tool.RunAsync(Promtool, ["test", "rules", .. RuleFiles.Tests], Repository.At("prometheus", "tests"))).ShouldSucceed();

    [Fact]
    public void EveryAlert_IsSeenToFire_AndSeenNotTo()
    {
        var seen = RuleFiles.Tests.SelectMany(file => Yaml.Read(File.ReadAllText(file)).Items("tests")).SelectMany(test => test.Items("alert_rule_test"))
            .Select(look => (look.Text("alertname")!, look.Items("exp_alerts").Any())).ToHashSet();

        seen.ShouldBe(RuleFiles.Alerts.SelectMany(alert => new[] { (alert.Text("alert")!, true), (alert.Text("alert")!, false) }), ignoreOrder: true);
    }

    [Fact]
    public void EveryAlert_SaysHowSeriousItIs_AndWhatToDo()
    {
        foreach (var alert in RuleFiles.Alerts)
        {
            var name = alert.Text("alert")!;
            name.ShouldStartWith("Market");
            alert.Text("labels.severity").ShouldBeOneOf("info", "warning", "critical");
            alert.Text("annotations.summary").ShouldNotBeNullOrWhiteSpace(name);
            alert.Text("annotations.description").ShouldNotBeNullOrWhiteSpace(name);
            alert.Text("annotations.runbook_url").ShouldBe($"docs/operations.md#{name.ToLowerInvariant()}");
        }
    }

    [NeedsFact(Promtool)]
    public async Task Configuration_IsSound()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("prometheus.yml"),
            Repository.Read("prometheus", "prometheus.yml").Replace("/etc/prometheus/rules/", Repository.At("prometheus", "rules") + "/", StringComparison.Ordinal));

        (await Tool.RunAsync(Promtool, ["check", "config", folder.File("prometheus.yml")])).ShouldSucceed().Said.ShouldContain($"{RuleFiles.Rules.Count} rule files found");
    }
}
