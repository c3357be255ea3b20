using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Prometheus;

public sealed class AlertmanagerTests
{
    private const string Amtool = NeedsFactAttribute.Amtool;

    private static readonly string Configuration = Repository.At("prometheus", "alertmanager.yml");

    [NeedsFact(Amtool)]
    public async Task Example_IsSound() => (await Tool.RunAsync(Amtool, ["check-config", Configuration])).ShouldSucceed();

    [NeedsTheory(Amtool)]
    [InlineData("critical", "slack")]
    [InlineData("warning", "slack")]
    [InlineData("info", "nobody")]
    public async Task Severity_DecidesWhoHears(string severity, string receiver) =>
        (await Tool.RunAsync(Amtool, ["config", "routes", "test", $"--config.file={Configuration}", $"--verify.receivers={receiver}", $"severity={severity}"])).ShouldSucceed();

    [Fact]
    public void Inhibition_NamesAlertsThatExist()
    {
        var alerts = RuleFiles.Alerts.Select(alert => alert.Text("alert")!).ToList();
        var rules = Yaml.Read(File.ReadAllText(Configuration)).Items("inhibit_rules").ToList();

        rules.Count.ShouldBe(2);
        rules.ShouldAllBe(rule => rule.Text("equal.0") == "namespace", "staging that is down silences nothing of production");
        foreach (var matcher in rules.SelectMany(rule => rule.Items("source_matchers").Concat(rule.Items("target_matchers"))))
        {
            var pattern = matcher.ToString().Split('"')[1];
            alerts.ShouldContain(alert => System.Text.RegularExpressions.Regex.IsMatch(alert, $"^({pattern})$"), pattern);
        }
    }
}
