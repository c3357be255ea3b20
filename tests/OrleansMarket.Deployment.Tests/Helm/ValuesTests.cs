using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>A value that nobody can have meant is refused, and named.</summary>
public sealed class ValuesTests
{
    private const string Helm = NeedsFactAttribute.Helm;

    [NeedsTheory(Helm)]
    [InlineData("symbols=[\"BTCUSDT\"]", "symbols")]
    [InlineData("image.tga=\"x\"", "tga")]
    [InlineData("image.tag=\"a b\"", "tag")]
    [InlineData("image.digest=\"latest\"", "digest")]
    [InlineData("image.pullPolicy=\"Sometimes\"", "pullPolicy")]
    [InlineData("mode=\"apart\"", "mode")]
    [InlineData("roles.market.replicas=\"3\"", "replicas")]
    [InlineData("roles.market.replicas=0", "replicas")]
    [InlineData("roles.marked.replicas=3", "marked")]
    [InlineData("roles.web.resources.limits.memory=\"a lot\"", "memory")]
    [InlineData("roles.web.autoscaling.targetCPUUtilizationPercentage=120", "targetCPUUtilizationPercentage")]
    [InlineData("settings.symbols=[]", "symbols")]
    [InlineData("settings.symbols=[\"btc-usdt\"]", "symbols")]
    [InlineData("settings.symbols=[\"BTCUSDT\",\"BTCUSDT\"]", "symbols")]
    [InlineData("settings.source=\"binance\"", "source")]
    [InlineData("settings.logLevel=\"verbose\"", "logLevel")]
    [InlineData("settings.extra={\"API_KEY\":\"in-the-open\"}", "API_KEY")]
    [InlineData("settings.extra={\"Influx__Token\":\"in-the-open\"}", "Influx__Token")]
    [InlineData("settings.extra={\"Alerts__Slack__WebhookUrl\":\"in-the-open\"}", "WebhookUrl")]
    [InlineData("settings.otlpEndpoint=\"collector:4317\"", "otlpEndpoint")]
    [InlineData("cluster.shutdownSeconds=5", "shutdownSeconds")]
    [InlineData("cluster.clusterId=\"\"", "clusterId")]
    [InlineData("streams.provider=\"Kafka\"", "provider")]
    [InlineData("redis.endpoint=\"redis:6379,password=in-the-open\"", "endpoint")]
    [InlineData("influx.url=\"influx:8086\"", "url")]
    [InlineData("secrets.apiKey=\"in-the-open\"", "apiKey")]
    [InlineData("secrets.apiKey.value=\"in-the-open\"", "value")]
    [InlineData("secrets.telegram.existingSecret=\"x\"", "telegram")]
    [InlineData("persistence.size=\"20 GB\"", "size")]
    [InlineData("service.port=70000", "port")]
    [InlineData("service.type=\"ExternalName\"", "type")]
    [InlineData("ingress.hosts=[\"https://market.example.com\"]", "hosts")]
    [InlineData("podLabels={\"a\":1}", "podLabels")]
    [InlineData("podDisruptionBudget.maxUnavailable=\"one\"", "maxUnavailable")]
    [InlineData("podDisruptionBudget.maxUnavailable=0", "maxUnavailable")]
    [InlineData("podDisruptionBudget.maxUnavailable=\"0%\"", "maxUnavailable")]
    [InlineData("nameOverride=\"my market\"", "nameOverride")]
    [InlineData("fullnameOverride=\"1st\"", "fullnameOverride")]
    [InlineData("ingress.className=\"nginx: x\"", "className")]
    [InlineData("persistence.storageClass=\"fast: x\"", "storageClass")]
    [InlineData("extraVolumes=[{\"emptyDir\":{}}]", "extraVolumes")]
    [InlineData("extraVolumeMounts=[{\"name\":\"a\"}]", "mountPath")]
    [InlineData("keda.lagSeconds=0", "lagSeconds")]
    [InlineData("serviceMonitor.interval=\"often\"", "interval")]
    [InlineData("prometheusRule.runbookBase=\"docs\"", "runbookBase")]
    public async Task WrongValue_IsRefusedByName(string set, string naming) => (await Chart.TemplateSetAsync(set)).ShouldRefuse("schema", naming);

    [NeedsTheory(Helm)]
    [InlineData("needs Redis", "roles.combined.replicas=3")]
    [InlineData("needs Redis", "mode=\"separate\"")]
    [InlineData("needs Redis", "roles.combined.autoscaling.enabled=true")]
    [InlineData("secrets.apiKey.existingSecret", "roles.combined.replicas=3", "redis.tryout.enabled=true")]
    [InlineData("secrets.apiKey.existingSecret", "redis.endpoint=\"redis:6379\"")]
    [InlineData("secrets.redisPassword", "secrets.redisPassword.existingSecret=\"market\"")]
    [InlineData("one Redis only", "secrets.apiKey.existingSecret=\"market\"", "redis.tryout.enabled=true", "redis.endpoint=\"redis:6379\"")]
    [InlineData("streams.provider=Redis", "streams.provider=\"Redis\"")]
    [InlineData("secrets.eventHubs.existingSecret", "streams.provider=\"EventHubs\"")]
    [InlineData("secrets.influxToken.existingSecret", "influx.url=\"http://influxdb:8086\"")]
    [InlineData("roles.web.autoscaling.minReplicas", "roles.web.autoscaling.minReplicas=9")]
    [InlineData("keda.prometheus", "keda.enabled=true")]
    [InlineData("scales nothing", "keda.enabled=true", "keda.prometheus=\"http://prometheus:9090\"")]
    [InlineData("roles.market.autoscaling.enabled", "roles.market.autoscaling.enabled=true")]
    [InlineData("cluster.shutdownSeconds", "settings.extra={\"cluster__shutdowntimeout\":\"01:00:00\"}")]
    [InlineData("ingress.hosts", "ingress.enabled=true")]
    public async Task ValuesThatDoNotGoTogether_AreRefusedWithTheRemedy(string naming, params string[] sets) =>
        (await Chart.TemplateSetAsync(sets)).ShouldRefuse(naming);

    [NeedsFact(Helm)]
    public async Task NameThatNoServiceCanHave_IsRefusedWithTheRemedy() =>
        (await Tool.RunAsync(Helm, ["template", "2026", Chart.Folder])).ShouldRefuse("fullnameOverride", "2026-orleans-market");

    /// <summary>What the chart sets itself has one place; probes, services, network policy and the pod's grace would not follow another.</summary>
    [NeedsFact(Helm)]
    public async Task ExtraSetting_MayNotOverruleTheChart()
    {
        var extra = Chart.Shapes.SelectMany(shape => Yaml.ReadAll(File.ReadAllText(Chart.ValuesFile(shape)))).SelectMany(values => values.Entries("settings.extra")).Select(setting => setting.Key);
        var manifests = (await Task.WhenAll(Chart.Shapes.Select(Chart.RenderAsync))).SelectMany(shape => shape).ToList();
        var own = manifests.OfKind("ConfigMap").Where(map => map.Name() == "rel-orleans-market").SelectMany(map => map.Entries("data")).Select(setting => setting.Key)
            .Concat(manifests.Silos().SelectMany(silo => silo.Items("spec.template.spec.containers.0.env")).Select(variable => variable.Text("name")!))
            .Distinct().Except(extra).Where(name => !name.StartsWith("POD_", StringComparison.Ordinal)).ToList();

        own.Count.ShouldBeGreaterThan(15);
        foreach (var name in own.Append("Cluster__SiloPort").Append("Cluster__GatewayPort").Append("symbols"))
        {
            (await Chart.TemplateSetAsync($"settings.extra={{\"{name}\":\"x\"}}")).ShouldRefuse($"settings.extra.{name}");
        }
    }

    [NeedsFact(Helm)]
    public async Task ReleaseAsASubchart_MayHaveGlobals() => (await Chart.TemplateSetAsync("global={\"region\":\"eu\"}")).ShouldSucceed();

    [Fact]
    public void Schema_KnowsEveryValueAndNoOther()
    {
        var schema = JsonNode.Parse(Repository.Read("helm", "orleans-market", "values.schema.json"))!;
        var values = Yaml.Read(Repository.Read("helm", "orleans-market", "values.yaml"));

        Compare(schema, values, "");

        void Compare(JsonNode part, JsonObject found, string path)
        {
            part.At("additionalProperties")!.ToJsonString().ShouldBe("false", path);
            var known = part.Entries("properties").Where(property => property.Key != "global").ToDictionary(property => property.Key, property => Resolve(property.Value!));
            known.Keys.ShouldBe(found.Select(value => value.Key), ignoreOrder: true, path);
            foreach (var (name, inner) in known.Where(property => property.Value["properties"] is not null && found[property.Key]!.AsObject().Count > 0))
            {
                if (name != "resources")
                {
                    Compare(inner, found[name]!.AsObject(), $"{path}.{name}");
                }
            }
        }

        JsonNode Resolve(JsonNode part) => part.Text("$ref") is { } reference ? schema.At(reference["#/".Length..].Replace('/', '.'))! : part;
    }

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task Readme_DescribesTheValuesAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Chart.Folder, "README.md"), folder.File("README.md"));

        // It also fails where a value has no description, or a description no value.
        var run = await Tool.RunNodeAsync("readme-generator", ["--values", Path.Combine(Chart.Folder, "values.yaml"), "--readme", folder.File("README.md")]);

        run.ShouldSucceed();
        File.ReadAllText(folder.File("README.md")).ShouldBe(
            Repository.Read("helm", "orleans-market", "README.md"), "run readme-generator --values helm/orleans-market/values.yaml --readme helm/orleans-market/README.md");
    }
}
