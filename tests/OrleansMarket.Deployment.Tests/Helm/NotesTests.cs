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

    private static async Task<string> NotesAsync(string shape)
    {
        var run = await Tool.RunAsync(NeedsFactAttribute.Helm, ["install", "rel", Chart.Folder, "-n", "market", "--dry-run=client", "-f", Chart.ValuesFile(shape)]);
        var output = run.ShouldSucceed().Output;
        return output[output.IndexOf("\nNOTES:", StringComparison.Ordinal)..];
    }
}
