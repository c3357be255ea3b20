using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>Holds dashboards against the types that Grafana publishes, strictly: an unknown field or unit is an error.</summary>
internal static class GrafanaTypes
{
    public static async Task<ToolRun> CheckAsync(params (string Name, string Json)[] dashboards)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("node_modules"), Tool.PlaceOf(NeedsFactAttribute.NodeModules));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Tools", "grafana-types.mjs"), folder.File("grafana-types.mjs"));
        foreach (var (name, json) in dashboards)
        {
            await File.WriteAllTextAsync(folder.File(name), json);
        }

        return await Tool.StartAsync("node", ["grafana-types.mjs", .. dashboards.Select(dashboard => dashboard.Name)], folder.Path);
    }
}
