using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>What Grafana reads when compose starts it points at what is there.</summary>
public sealed partial class ProvisioningTests
{
    private static readonly JsonObject Compose = Yaml.Read(Repository.Read("docker-compose.yml"));
    private static readonly JsonNode[] Datasources = [.. Yaml.Read(Repository.Read("grafana", "provisioning", "datasources", "orleans-market.yml")).Items("datasources")];

    [Fact]
    public void Datasources_AreOneOfEachTypeThatDashboardsAskFor()
    {
        var asked = Dashboard.All.SelectMany(dashboard => dashboard.Variables.Values).Where(variable => variable.Text("type") == "datasource").Select(variable => variable.Text("query")!).Distinct();

        Datasources.Select(source => source.Text("type")!).ShouldBe(asked, ignoreOrder: true);
        Datasources.Select(source => source.Text("uid")).ShouldBeUnique();
        Datasources.ShouldAllBe(source => source.Text("editable") == "false");
    }

    [Fact]
    public void Datasources_NameServicesOfCompose()
    {
        foreach (var source in Datasources)
        {
            var url = new Uri(source.Text("url")!);
            Compose.At("services")![url.Host].ShouldNotBeNull($"{source.Text("name")} is at {url}");
        }

        Datasources.Single(source => source.Text("type") == "influxdb").Text("jsonData.version").ShouldBe("InfluxQL");
    }

    [Fact]
    public void Datasources_HoldNoSecret()
    {
        foreach (var (name, secret) in Datasources.SelectMany(source => source.Entries("secureJsonData")))
        {
            var place = FileOf().Match(secret!.ToString());
            place.Success.ShouldBeTrue($"{name} is to come from a file");
            Compose.Items("services.grafana.volumes").Select(volume => volume.ToString().Split(':')[1])
                .ShouldContain(mount => place.Groups[1].Value.StartsWith(mount + "/", StringComparison.Ordinal), place.Groups[1].Value);
        }
    }

    [Fact]
    public void Dashboards_AreReadFromWhereComposePutsThem()
    {
        var provider = Yaml.Read(Repository.Read("grafana", "provisioning", "dashboards", "orleans-market.yml")).Items("providers").ShouldHaveSingleItem();
        (provider.Text("type"), provider.Text("allowUiUpdates"), provider.Text("folder")).ShouldBe(("file", "false", "Trading"));

        var mounts = Compose.Items("services.grafana.volumes").Select(volume => volume.ToString().Split(':')).ToDictionary(parts => parts[1], parts => parts[0]);
        mounts[provider.Text("options.path")!].ShouldBe("./grafana/dashboards");
        mounts["/etc/grafana/provisioning"].ShouldBe("./grafana/provisioning");
    }

    [GeneratedRegex(@"\$__file\{([^}]+)\}$")]
    private static partial Regex FileOf();
}
