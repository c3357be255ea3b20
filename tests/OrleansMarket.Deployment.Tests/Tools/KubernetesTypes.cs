namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Holds manifests against the types of Kubernetes, Argo CD and the Prometheus operator, strictly: an unknown field is an error.</summary>
internal static class KubernetesTypes
{
    /// <summary>Checks manifests.</summary>
    /// <param name="documents">YAML by name; a name appears in what is said about its manifests.</param>
    public static Task<ToolRun> CheckAsync(params (string Name, string Yaml)[] documents) =>
        PublishedTypes.CheckAsync("kubernetes-types.mjs", documents);
}
