using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>Holds dashboards against the types that Grafana publishes, strictly: an unknown field or unit is an error.</summary>
internal static class GrafanaTypes
{
    public static Task<ToolRun> CheckAsync(params (string Name, string Json)[] dashboards) =>
        PublishedTypes.CheckAsync("grafana-types.mjs", dashboards);
}
