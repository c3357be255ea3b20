using System.Text.Json.Nodes;
using System.Xml.Linq;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>What a registry of charts shows of ours.</summary>
public sealed class ChartMetadataTests
{
    private static readonly JsonObject Metadata = Yaml.Read(Repository.Read("helm", "orleans-market", "Chart.yaml"));
    private static readonly JsonObject Values = Yaml.Read(Repository.Read("helm", "orleans-market", "values.yaml"));

    [Fact]
    public void Version_IsThatOfTheProduct()
    {
        Metadata.Text("version")!.ShouldMatch(@"^\d+\.\d+\.\d+$");
        Metadata.Text("appVersion").ShouldBe(XDocument.Load(Repository.At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value);
        Metadata.Text("kubeVersion").ShouldBe(">=1.27.0-0");
        Metadata.Items("dependencies").ShouldBeEmpty("a chart of somebody else's may be gone tomorrow");
    }

    [Fact]
    public void Images_AreThoseOfTheValues() => Annotation("images").Select(image => image.Text("image")).ShouldBe(
        [$"{Values.Text("image.repository")}:{Metadata.Text("appVersion")}", Values.Text("redis.tryout.image")]);

    [Fact]
    public void ChangesAndLinks_AreInTheirForm()
    {
        Annotation("changes").ShouldAllBe(change => change.Text("kind") == "added" || change.Text("kind") == "changed" || change.Text("kind") == "fixed" || change.Text("kind") == "removed");
        Annotation("changes").ShouldAllBe(change => change.Text("description") != null);
        Annotation("links").ShouldAllBe(link => link.Text("name") != null && Uri.IsWellFormedUriString(link.Text("url"), UriKind.Absolute));
    }

    private static List<JsonNode> Annotation(string name)
    {
        var found = Yaml.Read("list:\n" + Metadata.At("annotations")![$"artifacthub.io/{name}"]).Items("list").ToList();
        found.ShouldNotBeEmpty();
        return found;
    }
}
