using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>After an installation people read where the page is and what is missing.</summary>
public sealed class NotesTests
{
    [NeedsFact(NeedsFactAttribute.Helm)]
    public async Task BareInstallation_HearsWhatIsMissing()
    {
        var notes = await NotesAsync("default");

        notes.ShouldContain("port-forward svc/rel-orleans-market 8080:8080");
        foreach (var missing in (string[])["secrets.apiKey", "secrets.slackWebhookUrl", "secrets.influxToken", "serviceMonitor.enabled", "One silo"])
        {
            notes.ShouldContain(missing);
        }
    }

    [NeedsFact(NeedsFactAttribute.Helm)]
    public async Task FullInstallation_HearsOfNothingItHas()
    {
        var notes = await NotesAsync("roles");

        notes.ShouldContain("a cluster, separate roles");
        foreach (var there in (string[])["secrets.apiKey", "secrets.slackWebhookUrl", "secrets.influxToken", "One silo", "simulator", "not for production"])
        {
            notes.ShouldNotContain(there, Case.Insensitive);
        }
    }

    [NeedsFact(NeedsFactAttribute.Helm)]
    public async Task RiskyChoices_AreNamed()
    {
        (await NotesAsync("tryout-cluster")).ShouldContain("Not for production");
        var minimal = await NotesAsync("minimal");
        minimal.ShouldContain("no price is real");
        minimal.ShouldContain("networkPolicy.enabled=false");
        (await NotesAsync("ingress")).ShouldContain("https://market.example.com/");
    }

    /// <summary>Each thing that may be missing is named, with the value that brings it, until it is there.</summary>
    [NeedsTheory(NeedsFactAttribute.Helm)]
    [InlineData("No API key", "secrets.apiKey.existingSecret=\"market\"")]
    [InlineData("No Slack webhook", "secrets.slackWebhookUrl.existingSecret=\"market\"")]
    [InlineData("No InfluxDB", "influx.url=\"http://influxdb:8086\"", "secrets.influxToken.existingSecret=\"market\"")]
    [InlineData("One silo", "secrets.redis.existingSecret=\"market\"", "secrets.apiKey.existingSecret=\"market\"")]
    [InlineData("Nothing scrapes /metrics", "serviceMonitor.enabled=true")]
    public async Task WhatIsMissing_IsNamedUntilItIsThere(string missing, params string[] remedy)
    {
        (await NotesOfAsync()).ShouldContain(missing);
        (await NotesOfAsync(remedy)).ShouldNotContain(missing);
    }

    /// <summary>What one setting makes necessary is named until it is there as well.</summary>
    [NeedsTheory(NeedsFactAttribute.Helm)]
    [InlineData("prometheusRule.enabled=true", "serviceMonitor.enabled=true", "prometheusRule.enabled=true")]
    [InlineData("keeps a Prometheus of another namespace out", "serviceMonitor.enabled=true", "networkPolicy.httpFrom=[{\"namespaceSelector\":{}}]")]
    [InlineData("Runbook links are relative", "prometheusRule.enabled=true", "prometheusRule.runbookBase=\"https://git.example.com/x\"")]
    [InlineData("keeps an ingress controller of another namespace out", "ingress={\"enabled\":true,\"hosts\":[\"market.example.com\"]}", "networkPolicy.httpFrom=[{\"namespaceSelector\":{}}]")]
    [InlineData("lets nobody from outside in", "service.type=\"LoadBalancer\"", "networkPolicy.httpFrom=[{\"ipBlock\":{\"cidr\":\"203.0.113.0/24\"}}]")]
    [InlineData("without TLS", "ingress={\"enabled\":true,\"hosts\":[\"market.example.com\"]}", "ingress.tls=[{\"secretName\":\"market-tls\"}]")]
    [InlineData("a restart begins with nothing", "persistence.enabled=false", "persistence.enabled=true")]
    [InlineData("controls the cluster", "networkPolicy.enabled=false", "networkPolicy.enabled=true")]
    [InlineData("no price is real", "settings.source=\"simulator\"", "settings.source=\"live\"")]
    public async Task WhatASettingMakesNecessary_IsNamedUntilItIsThere(string missing, string setting, string remedy)
    {
        (await NotesOfAsync()).ShouldNotContain(missing);
        (await NotesOfAsync(setting)).ShouldContain(missing);
        (await NotesOfAsync(setting, remedy)).ShouldNotContain(missing);
    }

    private static Task<string> NotesAsync(string shape) => InstallAsync("-f", Chart.ValuesFile(shape));

    private static Task<string> NotesOfAsync(params string[] sets) => InstallAsync([.. sets.SelectMany(set => new[] { "--set-json", set })]);

    private static async Task<string> InstallAsync(params string[] values)
    {
        var run = await Tool.RunAsync(NeedsFactAttribute.Helm, ["install", "rel", Chart.Folder, "-n", "market", "--dry-run=client", .. values]);
        var output = run.ShouldSucceed().Output;
        return output[output.IndexOf("\nNOTES:", StringComparison.Ordinal)..];
    }
}
