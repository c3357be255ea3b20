using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.ArgoCD;

/// <summary>The applications that the set makes, one for each element of its list. Argo CD fills templates with Go's own engine and the sprig functions; so does helm, which does it here.</summary>
internal static class Generated
{
    private const string Header = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n";

    private static readonly ConcurrentDictionary<string, Task<JsonObject>> Applications = new();

    public static JsonObject Set { get; } = Yaml.Read(Repository.Read("argocd", "applicationset.yaml"));

    private static IEnumerable<JsonNode> Elements => Set.Items("spec.generators.0.list.elements");

    /// <summary>The environments, in the order in which a change goes through them.</summary>
    public static IReadOnlyList<string> Environments { get; } = [.. Elements.Select(element => element.Text("environment")!)];

    /// <summary>The application of an environment; tests only read it.</summary>
    public static Task<JsonObject> ApplicationAsync(string environment) => Applications.GetOrAdd(environment, FillAsync);

    private static async Task<JsonObject> FillAsync(string environment)
    {
        using var chart = new TemporaryFolder();
        Directory.CreateDirectory(chart.File("templates"));
        await File.WriteAllTextAsync(chart.File("Chart.yaml"), "apiVersion: v2\nname: set\nversion: 0.0.0\n");
        await File.WriteAllTextAsync(chart.File("values.yaml"), Elements.Single(element => element.Text("environment") == environment).ToJsonString());
        var template = Set.At("spec.template")!.DeepClone().AsObject();
        template["apiVersion"] = "argoproj.io/v1alpha1";
        template["kind"] = "Application";
        await File.WriteAllTextAsync(chart.File("templates/1-template.yaml"), $"{{{{- with .Values }}}}\n{template.ToJsonString()}\n{{{{- end }}}}\n");
        await File.WriteAllTextAsync(chart.File("templates/2-patch.yaml"), $"{Header}metadata: {{ name: patch }}\n{{{{- with .Values }}}}\n{Set.Text("spec.templatePatch")}\n{{{{- end }}}}\n");

        var filled = Yaml.ReadAll((await Tool.RunAsync(NeedsFactAttribute.Helm, ["template", "set", chart.Path])).ShouldSucceed().Output);

        var application = filled.Single(document => document.Text("metadata.name") != "patch");
        if (filled.Single(document => document.Text("metadata.name") == "patch")["spec"] is JsonObject patch)
        {
            Merge(application["spec"]!.AsObject(), patch);
        }

        return application;
    }

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && into[name] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }
}
