using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Holds manifests against the types of Kubernetes, Argo CD and the Prometheus operator, strictly: an unknown field is an error.</summary>
internal static class KubernetesTypes
{
    /// <summary>Checks manifests.</summary>
    /// <param name="documents">YAML by name; a name appears in what is said about its manifests.</param>
    public static async Task<ToolRun> CheckAsync(params (string Name, string Yaml)[] documents)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("node_modules"), Tool.PlaceOf(NeedsFactAttribute.NodeModules));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Tools", "kubernetes-types.mjs"), folder.File("kubernetes-types.mjs"));
        foreach (var (name, yaml) in documents)
        {
            await File.WriteAllTextAsync(folder.File(name), yaml);
        }

        return await Tool.StartAsync("node", ["kubernetes-types.mjs", .. documents.Select(document => document.Name)], folder.Path);
    }
}
