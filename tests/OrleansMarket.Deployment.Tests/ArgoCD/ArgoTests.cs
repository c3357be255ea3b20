using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Helm;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.ArgoCD;

public sealed partial class ArgoTests
{
    private static readonly string[] Environments = ["dev", "staging", "production"];

    private static readonly JsonObject Project = Read("project.yaml");
    private static readonly JsonObject Application = Read("application.yaml");
    private static readonly JsonObject ApplicationSet = Read("applicationset.yaml");

    public static TheoryData<string> EnvironmentNames => [.. Environments];

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task Manifests_HaveTheTypesOfTheCustomResources() =>
        (await KubernetesTypes.CheckAsync([.. Files().Select(file => (Path.GetFileName(file), File.ReadAllText(file))), .. Environments.Select(name => ($"{name}.yaml", Filled(name)))]))
            .ShouldSucceed();

    [NeedsTheory(NeedsFactAttribute.Helm)]
    [MemberData(nameof(EnvironmentNames))]
    public async Task EveryEnvironment_RendersWithinWhatItsProjectAllows(string environment)
    {
        var application = Yaml.Read(Filled(environment));
        var source = application.At("spec.source")!;
        var chart = Repository.At(source.Text("path")!);
        var values = Path.GetFullPath(Path.Combine(chart, source.Text("helm.valueFiles.0")!));
        var parameters = source.Items("helm.parameters").SelectMany(parameter => new[] { "--set-string", $"{parameter.Text("name")}={parameter.Text("value")}" });

        var run = await Chart.TemplateAsync(["-f", values, .. parameters]);

        var manifests = Yaml.ReadAll(run.ShouldSucceed().Output);
        var allowed = Project.Items("spec.namespaceResourceWhitelist").Select(kind => (kind.Text("group")!, kind.Text("kind")!)).ToList();
        manifests.Select(manifest => (GroupOf(manifest), manifest.Kind())).Distinct().ShouldBeSubsetOf(allowed);
        manifests.Silos().ShouldAllBe(silo => silo.Text("spec.template.spec.containers.0.image")!.EndsWith(":0.1.0", StringComparison.Ordinal));
        Project.Items("spec.destinations").Select(place => place.ToJsonString()).ShouldContain(application.At("spec.destination")!.ToJsonString());
        Project.Items("spec.sourceRepos").Select(place => place.ToString()).ShouldContain(source.Text("repoURL"));
        application.Text("spec.project").ShouldBe(Project.Name());
    }

    [Fact]
    public void Revisions_ArePinned()
    {
        var revisions = Environments.Select(name => Yaml.Read(Filled(name)).Text("spec.source.targetRevision")!).Append(Application.Text("spec.source.targetRevision")!);

        revisions.ShouldAllBe(revision => Pinned().IsMatch(revision));
    }

    [Fact]
    public void TheSingleApplication_IsProductionOfTheSet()
    {
        var production = Yaml.Read(Filled("production"));

        JsonNode.DeepEquals(production.At("spec"), Application.At("spec")).ShouldBeTrue($"{production.At("spec")}\n{Application.At("spec")}");
    }

    [Fact]
    public void OnlyEnvironmentsBeforeProduction_SyncByThemselves()
    {
        Patched("production").ShouldBeNull();
        foreach (var environment in (string[])["dev", "staging"])
        {
            var automated = Patched(environment).At("spec.syncPolicy.automated");
            automated.At("prune")!.GetValue<bool>().ShouldBeTrue();
            automated.At("selfHeal")!.GetValue<bool>().ShouldBeTrue();
        }
    }

    [Fact]
    public void Replicas_AreTheAutoscalers()
    {
        Application.Items("spec.ignoreDifferences").Single().Text("jsonPointers.0").ShouldBe("/spec/replicas");
        Application.Items("spec.syncPolicy.syncOptions").Select(option => option.ToString())
            .ShouldBe(["CreateNamespace=true", "ServerSideApply=true", "PruneLast=true", "RespectIgnoreDifferences=true"]);
        Application.At("spec.syncPolicy.managedNamespaceMetadata.labels")!["pod-security.kubernetes.io/enforce"]!.ToString().ShouldBe("restricted");
    }

    /// <summary>The application that the set makes for an environment, before its patch: a lookup of fields is all that the template uses.</summary>
    private static string Filled(string environment)
    {
        var element = Element(environment);
        var template = ApplicationSet.At("spec.template")!.DeepClone().AsObject();
        template["apiVersion"] = "argoproj.io/v1alpha1";
        template["kind"] = "Application";
        return Field().Replace(template.ToJsonString(), match => element.Text(match.Groups[1].Value) ?? throw new InvalidOperationException($"{environment} has no {match.Groups[1].Value}"));
    }

    private static JsonObject? Patched(string environment)
    {
        var lines = ApplicationSet.Text("spec.templatePatch")!.Trim().Split('\n');
        lines[0].ShouldBe("{{- if .automated }}");
        lines[^1].ShouldBe("{{- end }}");
        return Element(environment).At("automated")!.GetValue<bool>() ? Yaml.Read(string.Join('\n', lines[1..^1])) : null;
    }

    private static JsonNode Element(string environment) =>
        ApplicationSet.Items("spec.generators.0.list.elements").Single(element => element.Text("environment") == environment);

    private static string GroupOf(JsonObject manifest) =>
        manifest.Text("apiVersion")!.Split('/') is [var group, _] ? group : "";

    private static string[] Files() => Directory.GetFiles(Repository.At("argocd"), "*.yaml");

    private static JsonObject Read(string file) => Yaml.Read(Repository.Read("argocd", file));

    [GeneratedRegex(@"\{\{ \.(\w+) \}\}")]
    private static partial Regex Field();

    [GeneratedRegex(@"^(v\d+\.\d+\.\d+|[0-9a-f]{40})$")]
    private static partial Regex Pinned();
}
