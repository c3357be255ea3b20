using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Helm;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.ArgoCD;

public sealed partial class ArgoTests
{
    private const string Helm = NeedsFactAttribute.Helm;

    private static readonly JsonObject Project = Read("project.yaml");
    private static readonly JsonObject Application = Read("application.yaml");

    public static TheoryData<string> Environments => [.. Generated.Environments];

    [NeedsFact(Helm, NeedsFactAttribute.NodeModules)]
    public async Task Manifests_HaveTheTypesOfTheCustomResources()
    {
        var generated = await Task.WhenAll(Generated.Environments.Select(async name => ($"{name}.yaml", (await Generated.ApplicationAsync(name)).ToJsonString())));

        (await KubernetesTypes.CheckAsync([.. Directory.GetFiles(Repository.At("argocd"), "*.yaml").Select(file => (Path.GetFileName(file), File.ReadAllText(file))), .. generated])).ShouldSucceed();
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Environments))]
    public async Task EveryEnvironment_RendersWithinWhatItsProjectAllows(string environment)
    {
        var application = await Generated.ApplicationAsync(environment);
        var source = application.At("spec.source")!;

        var manifests = await RenderAsync(environment);

        var allowed = Project.Items("spec.namespaceResourceWhitelist").Select(kind => (kind.Text("group")!, kind.Text("kind")!)).ToList();
        manifests.Select(manifest => (GroupOf(manifest), manifest.Kind())).Distinct().ShouldBeSubsetOf(allowed);
        manifests.Silos().ShouldAllBe(silo => silo.Text("spec.template.spec.containers.0.image")!.EndsWith(":0.1.0", StringComparison.Ordinal));
        Project.Items("spec.destinations").Select(place => place.ToJsonString()).ShouldContain(application.At("spec.destination")!.ToJsonString());
        Project.Items("spec.sourceRepos").Select(place => place.ToString()).ShouldContain(source.Text("repoURL"));
        application.Text("spec.project").ShouldBe(Project.Name());
        application.Name().ShouldBe($"orleans-market-{environment}");
    }

    [NeedsFact(Helm)]
    public async Task Revisions_ArePinned()
    {
        var applications = await Task.WhenAll(Generated.Environments.Select(Generated.ApplicationAsync));

        applications.Append(Application).Select(application => application.Text("spec.source.targetRevision")!).ShouldAllBe(revision => Pinned().IsMatch(revision));
    }

    [NeedsFact(Helm)]
    public async Task TheSingleApplication_IsProductionOfTheSet()
    {
        var production = await Generated.ApplicationAsync("production");

        JsonNode.DeepEquals(production.At("spec"), Application.At("spec")).ShouldBeTrue($"{production.At("spec")}\n{Application.At("spec")}");
    }

    [NeedsTheory(Helm)]
    [InlineData("dev", true)]
    [InlineData("staging", true)]
    [InlineData("production", false)]
    public async Task OnlyEnvironmentsBeforeProduction_SyncByThemselves(string environment, bool byItself)
    {
        var policy = (await Generated.ApplicationAsync(environment)).At("spec.syncPolicy");

        (policy.At("automated.prune")?.GetValue<bool>() ?? false, policy.At("automated.selfHeal")?.GetValue<bool>() ?? false).ShouldBe((byItself, byItself));
        policy.Items("syncOptions").Select(option => option.ToString())
            .ShouldBe(["CreateNamespace=true", "ServerSideApply=true", "PruneLast=true", "RespectIgnoreDifferences=true"], "the patch keeps what the template says");
        policy.At("managedNamespaceMetadata.labels")!["pod-security.kubernetes.io/enforce"]!.ToString().ShouldBe("restricted");
    }

    /// <summary>What is ignored is not applied either: a number of replicas that somebody sets in git must count.</summary>
    [NeedsTheory(Helm)]
    [MemberData(nameof(Environments))]
    public async Task Replicas_AreTheAutoscalers_WhereThereIsOne(string environment)
    {
        var ignored = (await Generated.ApplicationAsync(environment)).Items("spec.ignoreDifferences").ToList();
        ignored.ShouldAllBe(one => one.Text("group") == "apps" && one.Text("kind") == "Deployment" && one.Text("jsonPointers.0") == "/spec/replicas" && one.Items("jsonPointers").Count() == 1);

        foreach (var silo in (await RenderAsync(environment)).Silos())
        {
            ignored.Any(one => one.Text("name") == silo.Name()).ShouldBe(silo.At("spec.replicas") is null, silo.Name());
        }
    }

    /// <summary>Prometheus has a namespace of its own.</summary>
    [NeedsTheory(Helm)]
    [MemberData(nameof(Environments))]
    public async Task WhoIsToScrape_IsLetIn(string environment)
    {
        var manifests = await RenderAsync(environment);
        var http = manifests.OfKind("NetworkPolicy").Single(policy => policy.Name() == "orleans-market").Items("spec.ingress").Single(rule => rule.Text("ports.0.port") == "http");

        http.Items("from").Any(peer => peer["namespaceSelector"] is not null).ShouldBe(manifests.OfKind("ServiceMonitor").Any());
    }

    /// <summary>What Argo CD applies: it calls helm just so.</summary>
    private static async Task<IReadOnlyList<JsonObject>> RenderAsync(string environment)
    {
        var application = await Generated.ApplicationAsync(environment);
        var source = application.At("spec.source")!;
        var chart = Repository.At(source.Text("path")!);
        var values = Path.GetFullPath(Path.Combine(chart, source.Text("helm.valueFiles.0")!));
        var parameters = source.Items("helm.parameters").SelectMany(parameter => new[] { "--set-string", $"{parameter.Text("name")}={parameter.Text("value")}" });
        return Yaml.ReadAll((await Tool.RunAsync(
            Helm, ["template", source.Text("helm.releaseName")!, chart, "-n", application.Text("spec.destination.namespace")!, "-f", values, .. parameters])).ShouldSucceed().Output);
    }

    private static string GroupOf(JsonObject manifest) =>
        manifest.Text("apiVersion")!.Split('/') is [var group, _] ? group : "";

    private static JsonObject Read(string file) => Yaml.Read(Repository.Read("argocd", file));

    [GeneratedRegex(@"^(v\d+\.\d+\.\d+|[0-9a-f]{40})$")]
    private static partial Regex Pinned();
}
