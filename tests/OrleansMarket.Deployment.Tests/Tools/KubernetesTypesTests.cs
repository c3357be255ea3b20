using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>The check itself must find what the API server would.</summary>
public sealed class KubernetesTypesTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: a }
        spec:
          replicas: 3
          selector: { matchLabels: { app: a } }
          template:
            metadata: { labels: { app: a } }
            spec: { containers: [{ name: a, image: a, ports: [{ containerPort: 1 }] }] }
        """;

    private const string Application = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: a }
        spec:
          project: p
          source: { repoURL: https://git.example.com/a.git, path: a, targetRevision: v1 }
          destination: { server: https://kubernetes.default.svc, namespace: a }
          syncPolicy: { automated: { prune: true } }
        """;

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task GoodManifests_Pass() =>
        (await KubernetesTypes.CheckAsync(("deployment.yaml", Deployment), ("application.yaml", Application))).ShouldSucceed();

    [NeedsTheory(NeedsFactAttribute.NodeModules)]
    [InlineData("replicas: 3", "replicas: \"3\"", "replicas")]
    [InlineData("containerPort", "containerport", "containerPort")]
    [InlineData("  selector:", "  selecter:", "selecter")]
    [InlineData("name: a, image: a", "name: a, imagine: a", "imagine")]
    public async Task WrongDeployment_IsNamed(string right, string wrong, string naming) =>
        (await KubernetesTypes.CheckAsync(("deployment.yaml", Deployment.Replace(right, wrong, StringComparison.Ordinal)))).ShouldRefuse("deployment.yaml", naming);

    [NeedsTheory(NeedsFactAttribute.NodeModules)]
    [InlineData("prune: true", "prune: \"yes\"", "prune")]
    [InlineData("targetRevision", "targetRevison", "targetRevison")]
    [InlineData("  project: p\n", "", "project")]
    public async Task WrongApplication_IsNamed(string right, string wrong, string naming) =>
        (await KubernetesTypes.CheckAsync(("application.yaml", Application.Replace(right, wrong, StringComparison.Ordinal)))).ShouldRefuse("application.yaml", naming);
}
