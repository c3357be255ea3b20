using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>Questions about rendered manifests.</summary>
internal static class ManifestExtensions
{
    public static string Kind(this JsonObject manifest) => manifest.Text("kind")!;

    public static string Name(this JsonObject manifest) => manifest.Text("metadata.name")!;

    public static IEnumerable<JsonObject> OfKind(this IEnumerable<JsonObject> manifests, string kind) => manifests.Where(manifest => manifest.Kind() == kind);

    /// <summary>The silos' workloads.</summary>
    public static IEnumerable<JsonObject> Silos(this IEnumerable<JsonObject> manifests) => manifests.OfKind("Deployment");

    /// <summary>Everything that becomes a pod: its name, its labels, its specification.</summary>
    public static IEnumerable<PodShape> Pods(this IEnumerable<JsonObject> manifests) => manifests.SelectMany(manifest => manifest.Kind() switch
    {
        "Pod" => new[] { new PodShape(manifest.Name(), Labels(manifest.At("metadata.labels")), manifest.At("spec")!) },
        "Deployment" or "StatefulSet" => [new PodShape(manifest.Name(), Labels(manifest.At("spec.template.metadata.labels")), manifest.At("spec.template.spec")!)],
        _ => [],
    });

    /// <summary>The pods that a mapping of labels selects.</summary>
    public static IEnumerable<PodShape> Select(this IEnumerable<PodShape> pods, JsonNode? selector)
    {
        var wanted = Labels(selector);
        return pods.Where(pod => wanted.All(label => pod.Labels.GetValueOrDefault(label.Key) == label.Value));
    }

    /// <summary>The value of an environment variable of a container.</summary>
    public static string? Variable(this JsonNode container, string name) =>
        container.Items("env").SingleOrDefault(variable => variable.Text("name") == name)?.Text("value");

    private static Dictionary<string, string> Labels(JsonNode? labels) => (labels as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value!.ToString());
}

/// <summary>A pod as its template describes it.</summary>
internal sealed record PodShape(string Name, IReadOnlyDictionary<string, string> Labels, JsonNode Spec);
