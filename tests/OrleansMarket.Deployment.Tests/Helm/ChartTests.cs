using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Prometheus;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>Every shape of the chart is what Kubernetes takes, and runs as little privileged as it says.</summary>
public sealed class ChartTests
{
    private const string Helm = NeedsFactAttribute.Helm;

    public static TheoryData<string> Shapes => [.. Chart.Shapes];

    [Fact]
    public void ThereAreShapesEnough() => Chart.Shapes.Count.ShouldBeGreaterThanOrEqualTo(6);

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task Lint_FindsNothing(string shape) =>
        (await Tool.RunAsync(Helm, ["lint", Chart.Folder, "--strict", "-f", Chart.ValuesFile(shape)])).ShouldSucceed().Said.ShouldNotContain("[WARNING]");

    [NeedsFact(Helm, NeedsFactAttribute.NodeModules)]
    public async Task Manifests_HaveTheTypesOfTheApi()
    {
        var documents = await Task.WhenAll(Chart.Shapes.Select(async shape => ($"{shape}.yaml", await Chart.RenderTextAsync(shape))));

        // Words that YAML would take for numbers.
        string[] numbers = ["cluster.serviceId=\"1\"", "cluster.clusterId=\"2\"", "image.tag=\"20260101\"", "image.pullSecrets=[\"3\"]", "priorityClassName=\"4\"", "serviceAccount.name=\"5\"", "ingress.className=\"6\"",
            "secrets.apiKey.existingSecret=\"7\"", "persistence.existingClaim=\"8\"", "persistence.storageClass=\"9\"", "settings.logLevel=\"Debug\"", "settings.extra={\"NO\":true,\"ON\":1}", "ingress.enabled=true", "ingress.hosts=[\"10.example.com\"]"];
        var numeric = await Tool.RunAsync(Helm, ["template", "2026", Chart.Folder, "-n", "market", "--set", "fullnameOverride=market", .. numbers.SelectMany(set => new[] { "--set-json", set })]);

        (await KubernetesTypes.CheckAsync([.. documents, ("numeric.yaml", numeric.ShouldSucceed().Output)])).ShouldSucceed();
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task Pods_KeepToTheRestrictedStandard(string shape)
    {
        foreach (var pod in (await Chart.RenderAsync(shape)).Pods())
        {
            pod.Spec.At("automountServiceAccountToken")!.GetValue<bool>().ShouldBeFalse(pod.Name);
            pod.Spec.At("securityContext.runAsNonRoot")!.GetValue<bool>().ShouldBeTrue(pod.Name);
            pod.Spec.Text("securityContext.seccompProfile.type").ShouldBe("RuntimeDefault", pod.Name);
            foreach (var forbidden in (string[])["hostNetwork", "hostPID", "hostIPC"])
            {
                pod.Spec.At(forbidden).ShouldBeNull(pod.Name);
            }

            foreach (var container in pod.Spec.Items("containers").Concat(pod.Spec.Items("initContainers")))
            {
                container.At("securityContext.allowPrivilegeEscalation")!.GetValue<bool>().ShouldBeFalse(pod.Name);
                container.At("securityContext.readOnlyRootFilesystem")!.GetValue<bool>().ShouldBeTrue(pod.Name);
                container.Items("securityContext.capabilities.drop").Select(each => each.ToString()).ShouldBe(["ALL"], pod.Name);
                container.Items("ports").ShouldAllBe(port => port["hostPort"] == null);
                container.At("resources.limits.cpu").ShouldBeNull("a limit on CPU only adds latency");
                container.At("resources.limits.memory").ShouldNotBeNull(pod.Name);
            }

            pod.Spec.Items("volumes").SelectMany(volume => volume.AsObject().Select(part => part.Key)).Except(["name"])
                .ShouldBeSubsetOf(["emptyDir", "projected", "persistentVolumeClaim", "configMap"], pod.Name);
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task Selectors_FindWhatTheyMean(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);
        var pods = manifests.Pods().ToList();
        var silos = manifests.Silos().Select(silo => silo.Name()).ToList();
        foreach (var workload in manifests.Where(manifest => manifest.Kind() is "Deployment" or "StatefulSet"))
        {
            pods.Select(workload.At("spec.selector.matchLabels")).ShouldHaveSingleItem().Name.ShouldBe(workload.Name());
        }

        foreach (var budget in manifests.OfKind("PodDisruptionBudget"))
        {
            pods.Select(budget.At("spec.selector.matchLabels")).ShouldHaveSingleItem().Name.ShouldBe(budget.Name());
        }

        var page = manifests.OfKind("Service").Single(service => service.Name() == "rel-orleans-market");
        pods.Select(page.At("spec.selector")).ShouldHaveSingleItem().Spec.At("containers.0")!.Variable("Cluster__Roles")!.ShouldContain("web");
        var scraped = manifests.OfKind("Service").Single(service => service.Name() == "rel-orleans-market-silos");
        pods.Select(scraped.At("spec.selector")).Select(pod => pod.Name).ShouldBe(silos, ignoreOrder: true);
        foreach (var policy in manifests.OfKind("NetworkPolicy").Where(policy => policy.Name() == "rel-orleans-market"))
        {
            pods.Select(policy.At("spec.podSelector.matchLabels")).Select(pod => pod.Name).ShouldBe(silos, ignoreOrder: true);
        }

        foreach (var monitor in manifests.OfKind("ServiceMonitor"))
        {
            var labels = monitor.Entries("spec.selector.matchLabels").ToList();
            manifests.OfKind("Service").Where(service => labels.All(label => service.At("metadata.labels")![label.Key]?.ToString() == label.Value!.ToString()))
                .ShouldHaveSingleItem().Name().ShouldBe("rel-orleans-market-silos");
            scraped.At("metadata.labels")![monitor.Text("spec.jobLabel")!]!.ToString().ShouldBe("orleans-market", "the rules ask for the job of this name");
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task Names_AreUniqueAndShortEnough(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);

        manifests.Select(manifest => (manifest.Kind(), manifest.Name())).ShouldBeUnique();
        foreach (var manifest in Yaml.ReadAll((await Tool.RunAsync(Helm, ["template", new string('r', 53), Chart.Folder, "-f", Chart.ValuesFile(shape)])).ShouldSucceed().Output))
        {
            // A stateful set puts its name and a hash of eleven characters into a label.
            manifest.Name().Length.ShouldBeLessThanOrEqualTo(manifest.Kind() == "StatefulSet" ? 52 : 63);
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task EverySilo_HasItsProbesAndTimeToHandOver(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);
        var settings = manifests.OfKind("ConfigMap").Single(map => map.Name() == "rel-orleans-market").At("data")!;
        foreach (var silo in manifests.Silos())
        {
            var container = silo.At("spec.template.spec.containers.0")!;
            container.Text("workingDir").ShouldBe("/", "data is kept in the folder of that name below it, which is the volume");
            container.Text("livenessProbe.httpGet.path").ShouldBe("/health/live");
            container.Text("startupProbe.httpGet.path").ShouldBe("/health/live");
            (container.At("startupProbe.periodSeconds")!.GetValue<long>() * container.At("startupProbe.failureThreshold")!.GetValue<long>()).ShouldBe(300, "to join a cluster may take minutes");
            container.Text("readinessProbe.httpGet.path").ShouldBe("/health/ready");
            var ports = container.Items("ports").ToDictionary(port => port.Text("name")!, port => port.Text("containerPort"));
            ports.ShouldBe(new Dictionary<string, string?> { ["http"] = "8080", ["silo"] = "11111", ["gateway"] = "30000" }, ignoreOrder: true);
            var grace = TimeSpan.FromSeconds(silo.At("spec.template.spec.terminationGracePeriodSeconds")!.GetValue<long>());
            (grace - TimeSpan.Parse(settings.Text("Cluster__ShutdownTimeout")!, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(TimeSpan.FromSeconds(30));
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task NoSecret_IsInAManifestOrAnEnvironment(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);

        manifests.OfKind("Secret").ShouldBeEmpty();
        foreach (var container in manifests.Pods().SelectMany(pod => pod.Spec.Items("containers")))
        {
            container.Items("env").ShouldAllBe(variable => variable.At("valueFrom.secretKeyRef") == null);
            container.Items("envFrom").ShouldAllBe(source => source["secretRef"] == null);
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task EveryObject_HasTheUsualLabels_AndNoSelectorChangesWithAVersion(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);
        foreach (var manifest in manifests.Where(manifest => manifest.Name().StartsWith("rel-orleans-market", StringComparison.Ordinal)))
        {
            var labels = manifest.At("metadata.labels")!;
            labels["app.kubernetes.io/name"]!.ToString().ShouldBe("orleans-market", manifest.Name());
            labels["app.kubernetes.io/instance"]!.ToString().ShouldBe("rel", manifest.Name());
            labels["app.kubernetes.io/managed-by"]!.ToString().ShouldBe("Helm", manifest.Name());
            labels["app.kubernetes.io/version"].ShouldNotBeNull(manifest.Name());
            labels["helm.sh/chart"]!.ToString().ShouldBe("orleans-market-0.1.0", manifest.Name());
        }

        foreach (var workload in manifests.Where(manifest => manifest.Kind() is "Deployment" or "StatefulSet"))
        {
            workload.Entries("spec.selector.matchLabels").Select(label => label.Key)
                .ShouldBe(["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"], ignoreOrder: true, "a selector can never be changed");
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task Silos_AreSpread_AndWriteOnlyToTheirVolumes(string shape)
    {
        foreach (var silo in (await Chart.RenderAsync(shape)).Silos())
        {
            var spec = silo.At("spec.template.spec")!;
            spec.Items("topologySpreadConstraints").Select(spread => $"{spread.Text("topologyKey")} {spread.Text("whenUnsatisfiable")}")
                .ShouldBe(["topology.kubernetes.io/zone ScheduleAnyway", "kubernetes.io/hostname ScheduleAnyway"], ignoreOrder: true);
            spec.Text("affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm.topologyKey").ShouldBe("kubernetes.io/hostname");
            spec.Items("containers.0.volumeMounts").Where(mount => mount["readOnly"] is null).Select(mount => mount.Text("mountPath")).ShouldBe(["/data", "/tmp"], ignoreOrder: true);
            spec.Items("volumes").Single(volume => volume.Text("name") == "tmp").At("emptyDir.sizeLimit").ShouldNotBeNull();
        }
    }

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task NobodyGetsRightsInTheCluster(string shape) =>
        (await Chart.RenderAsync(shape)).ShouldAllBe(manifest => !manifest.Kind().Contains("Role", StringComparison.Ordinal));

    [NeedsTheory(Helm)]
    [MemberData(nameof(Shapes))]
    public async Task TestPod_NeedsNoOtherImage(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);
        var pod = manifests.OfKind("Pod").ShouldHaveSingleItem();

        pod.Items("spec.containers").ShouldAllBe(container => container.Text("image") == manifests.Silos().First().Text("spec.template.spec.containers.0.image"));
        pod.At("metadata.annotations")!["helm.sh/hook"]!.ToString().ShouldBe("test");
        pod.At("metadata.annotations")!["helm.sh/hook-delete-policy"]!.ToString().ShouldBe("before-hook-creation,hook-succeeded");
    }

    /// <summary>helm test asks the page, and every silo by the service that lists them all.</summary>
    [NeedsTheory(Helm)]
    [InlineData("default", "1")]
    [InlineData("tryout-cluster", "3")]
    [InlineData("roles", "7")]
    [InlineData("keda", "3")]
    public async Task TestPod_AsksThePageAndEverySilo(string shape, string silos)
    {
        var manifests = await Chart.RenderAsync(shape);
        var asked = manifests.OfKind("Pod").Single().Items("spec.containers").ToDictionary(container => container.Text("name")!, container => string.Join(' ', container.Items("args").Select(word => word.ToString())));

        asked.ShouldBe(new Dictionary<string, string>
        {
            ["page"] = "healthcheck --url http://rel-orleans-market:8080 --wait 60",
            ["silos"] = $"healthcheck --url http://rel-orleans-market-silos:8080 --silos {silos} --wait 60",
        });
        manifests.OfKind("Service").Single(service => service.Name() == "rel-orleans-market-silos").Text("spec.clusterIP").ShouldBe("None", "its name stands for every silo");
    }

    /// <summary>Nodes hear of a pod's end a moment after it has begun.</summary>
    [NeedsTheory(Helm)]
    [InlineData("roles", "1.31", "rel-orleans-market-web")]
    [InlineData("event-hubs", "1.30", "rel-orleans-market")]
    [InlineData("roles", "1.29")]
    [InlineData("default", "1.31")]
    public async Task SilosWithThePage_GoOnAnsweringForAMoment_WhereKubernetesCanWait(string shape, string version, params string[] waiting)
    {
        var silos = Yaml.ReadAll((await Chart.TemplateAsync(["-f", Chart.ValuesFile(shape), "--kube-version", version])).ShouldSucceed().Output).Silos().ToList();

        silos.Where(silo => silo.At("spec.template.spec.containers.0.lifecycle.preStop.sleep.seconds")?.GetValue<long>() == 5).Select(silo => silo.Name()).ShouldBe(waiting);
        silos.Where(silo => silo.At("spec.template.spec.containers.0.lifecycle") is not null).Select(silo => silo.Name()).ShouldBe(waiting);
    }

    [NeedsFact(Helm)]
    public async Task EveryPod_IsLetOntoTheNodesThatAreMeant()
    {
        var manifests = await Chart.RenderSetAsync(
            "redis.tryout.enabled=true", "secrets.apiKey.existingSecret=\"market\"", "nodeSelector={\"kubernetes.io/arch\":\"amd64\"}", "tolerations=[{\"key\":\"market\",\"operator\":\"Exists\"}]",
            "image.pullSecrets=[\"registry\"]");

        var pods = manifests.Pods().ToList();
        pods.Count.ShouldBe(3, "silo, Redis, test");
        foreach (var pod in pods)
        {
            pod.Spec.At("nodeSelector")!["kubernetes.io/arch"]!.ToString().ShouldBe("amd64", pod.Name);
            pod.Spec.Text("tolerations.0.key").ShouldBe("market", pod.Name);
            pod.Spec.Text("imagePullSecrets.0.name").ShouldBe("registry", pod.Name);
        }
    }

    [NeedsFact(Helm)]
    public async Task ExtraVolumes_AreMountedIntoEverySilo()
    {
        foreach (var silo in (await Chart.RenderAsync("roles")).Silos())
        {
            silo.Items("spec.template.spec.volumes").Single(volume => volume.Text("name") == "authority").Text("configMap.name").ShouldBe("authority");
            silo.Items("spec.template.spec.containers.0.volumeMounts").Single(mount => mount.Text("name") == "authority").Text("mountPath").ShouldBe("/etc/ssl/authority");
        }
    }

    [NeedsFact(Helm)]
    public async Task Volume_OutlivesWhoeverPrunes()
    {
        var notes = (await Chart.RenderAsync("default")).OfKind("PersistentVolumeClaim").Single().At("metadata.annotations")!;

        notes["helm.sh/resource-policy"]!.ToString().ShouldBe("keep");
        notes["argocd.argoproj.io/sync-options"]!.ToString().ShouldBe("Prune=false,Delete=false");
    }

    [NeedsFact(Helm)]
    public async Task NumbersAmongTheSettings_AreWrittenOut()
    {
        var data = (await Chart.RenderSetAsync("settings.extra={\"Influx__SpoolMaxBytes\":10737418240,\"Telemetry__TraceShare\":0.001,\"Storage__X\":true}")).OfKind("ConfigMap").Single();

        (data.Text("data.Influx__SpoolMaxBytes"), data.Text("data.Telemetry__TraceShare"), data.Text("data.Storage__X")).ShouldBe(("10737418240", "0.001", "true"));
    }

    [NeedsFact(Helm)]
    public async Task WorkloadIdentity_ReachesAccountAndPods()
    {
        var manifests = await Chart.RenderAsync("event-hubs");

        manifests.OfKind("ServiceAccount").Single().At("metadata.annotations")!["azure.workload.identity/client-id"].ShouldNotBeNull();
        manifests.Silos().Single().At("spec.template.metadata.labels")!["azure.workload.identity/use"]!.ToString().ShouldBe("true");
        manifests.Silos().Single().Items("spec.template.spec.volumes").Single(volume => volume.Text("name") == "secrets").Items("projected.sources")
            .Select(source => $"{source.Text("secret.name")} -> {source.Text("secret.items.0.path")}").ShouldContain("market-event-hubs -> Streams__EventHubs__ConnectionString");
    }

    [NeedsFact(Helm)]
    public async Task RolesApart_AreThreeWorkloadsOfOneImage()
    {
        var silos = (await Chart.RenderAsync("roles")).Silos().ToList();

        silos.Select(silo => silo.At("spec.template.spec.containers.0")!.Variable("Cluster__Roles")).ShouldBe(["ingress", "market", "web"], ignoreOrder: true);
        silos.Select(silo => silo.Text("spec.template.spec.containers.0.image")).Distinct().ShouldHaveSingleItem()!.ShouldStartWith("registry.example.com/orleans-market@sha256:");
        silos.ShouldAllBe(silo => silo.Text("spec.strategy.type") == "RollingUpdate" && silo.Text("spec.strategy.rollingUpdate.maxUnavailable") == "0" && silo.Text("spec.strategy.rollingUpdate.maxSurge") == "1");
    }

    [NeedsFact(Helm)]
    public async Task OneSilo_OwnsItsVolume_AndNeverMeetsItsSuccessor()
    {
        var manifests = await Chart.RenderAsync("default");
        var silo = manifests.Silos().ShouldHaveSingleItem();

        silo.Text("spec.strategy.type").ShouldBe("Recreate");
        manifests.OfKind("PersistentVolumeClaim").ShouldHaveSingleItem().Name()
            .ShouldBe(silo.Items("spec.template.spec.volumes").Single(volume => volume.Text("name") == "data").Text("persistentVolumeClaim.claimName"));
        manifests.OfKind("PodDisruptionBudget").ShouldBeEmpty("a budget for one silo would block every drain");
    }

    [NeedsFact(Helm)]
    public async Task SilosOnRedis_KeepNothingOfTheirOwn()
    {
        foreach (var shape in (string[])["tryout-cluster", "roles", "event-hubs"])
        {
            var manifests = await Chart.RenderAsync(shape);
            manifests.OfKind("PersistentVolumeClaim").ShouldBeEmpty();
            manifests.Silos().ShouldAllBe(silo => silo.Text("spec.minReadySeconds") == "30");
            manifests.Silos().SelectMany(silo => silo.Items("spec.template.spec.volumes")).Where(volume => volume.Text("name") == "data").ShouldAllBe(volume => volume["emptyDir"] != null);
        }

        (await Chart.RenderAsync("tryout-cluster")).OfKind("ConfigMap").Single().Text("data.Cluster__Redis").ShouldBe("rel-orleans-market-redis:6379");
        (await Chart.RenderAsync("event-hubs")).OfKind("ConfigMap").First(map => map.Name() == "rel-orleans-market").Text("data.Cluster__Redis").ShouldBe("redis.data.svc:6380");
    }

    [NeedsFact(Helm)]
    public async Task Autoscaler_OwnsTheReplicas_AndScalesInSlowly()
    {
        var manifests = await Chart.RenderAsync("roles");
        var scaled = manifests.OfKind("HorizontalPodAutoscaler").ToDictionary(scaler => scaler.Text("spec.scaleTargetRef.name")!);

        scaled.Keys.ShouldBe(["rel-orleans-market-market", "rel-orleans-market-web"], ignoreOrder: true);
        foreach (var silo in manifests.Silos())
        {
            (silo.At("spec.replicas") is null).ShouldBe(scaled.ContainsKey(silo.Name()));
        }

        scaled.Values.ShouldAllBe(scaler => scaler.Text("spec.behavior.scaleDown.stabilizationWindowSeconds") == "600"
            && scaler.Text("spec.behavior.scaleDown.policies.0.value") == "1" && scaler.Text("spec.behavior.scaleDown.policies.0.periodSeconds") == "300");
        manifests.OfKind("PodDisruptionBudget").Count().ShouldBe(3);
    }

    [NeedsFact(Helm, NeedsFactAttribute.Promtool)]
    public async Task Keda_ScalesInPlaceOfTheAutoscaler_ByHowLongTradesWait()
    {
        var manifests = await Chart.RenderAsync("keda");
        manifests.OfKind("HorizontalPodAutoscaler").ShouldBeEmpty("two scalers of one workload fight");
        manifests.Silos().Single().At("spec.replicas").ShouldBeNull();
        var scaled = manifests.OfKind("ScaledObject").Single();
        scaled.Text("spec.scaleTargetRef.name").ShouldBe(manifests.Silos().Single().Name());
        scaled.Text("spec.minReplicaCount").ShouldBe("3");
        scaled.Text("spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds").ShouldBe("600");

        // What it asks is a question that Prometheus can read, about metrics that we have.
        var query = scaled.Items("spec.triggers").Single(trigger => trigger.Text("type") == "prometheus").Text("metadata.query")!;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("rules.yml"), new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "keda", ["rules"] = new JsonArray(new JsonObject { ["record"] = "keda", ["expr"] = query }) }) }.ToJsonString());
        (await Tool.RunAsync(NeedsFactAttribute.Promtool, ["check", "rules", folder.File("rules.yml")])).ShouldSucceed();
        DocumentedMetrics.Find(query.Split('(', '{')[1]).ShouldNotBeNull(query);
        query.ShouldContain("namespace=\"market\"", customMessage: "another release's lag is not ours");
    }

    [NeedsFact(Helm)]
    public async Task Secrets_AreFilesNamedAfterTheirSetting()
    {
        foreach (var silo in (await Chart.RenderAsync("roles")).Silos())
        {
            var spec = silo.At("spec.template.spec")!;
            var mount = spec.Items("containers.0.volumeMounts").Single(volume => volume.Text("name") == "secrets");
            mount.Text("mountPath").ShouldBe("/run/secrets/orleans-market");
            spec.Items("volumes").Single(volume => volume.Text("name") == "secrets").Items("projected.sources")
                .Select(source => $"{source.Text("secret.name")}/{source.Text("secret.items.0.key")} -> {source.Text("secret.items.0.path")}")
                .ShouldBe(
                    ["market/api-key -> API_KEY", "market/slack-webhook-url -> SLACK_WEBHOOK_URL", "market/redis -> Cluster__Redis", "influx/token -> Influx__Token"],
                    ignoreOrder: true);
        }
    }

    [NeedsFact(Helm)]
    public async Task ChangedSettings_RestartTheSilos()
    {
        var before = (await Chart.RenderSetAsync("settings.symbols=[\"BTCUSDT\"]")).Silos().Single();
        var after = (await Chart.RenderSetAsync("settings.symbols=[\"ETHUSDT\"]")).Silos().Single();

        Checksum(before).ShouldNotBe(Checksum(after));

        static string Checksum(JsonObject silo) => silo.At("spec.template.metadata.annotations")!["checksum/settings"]!.ToString();
    }

    [NeedsFact(Helm)]
    public async Task NetworkPolicy_OpensNothingThatIsNotNeeded()
    {
        var one = await EgressAsync("default");
        var all = await EgressAsync("roles");
        var eventHubs = await EgressAsync("event-hubs");
        var monitored = await EgressAsync("monitoring");

        one.ShouldBe(["53", "11111", "30000", "443", "9443"], ignoreOrder: true);
        all.Except(one).ShouldBe(["6379", "8086"], ignoreOrder: true);
        eventHubs.Except(one).ShouldBe(["6380", "5671"], ignoreOrder: true, "the port of redis.endpoint");
        monitored.Except(one).ShouldBe(["4317"]);

        static async Task<List<string>> EgressAsync(string shape) =>
            [.. (await Chart.RenderAsync(shape)).OfKind("NetworkPolicy").Single().Items("spec.egress").SelectMany(rule => rule.Items("ports")).Select(port => port.Text("port")!).Distinct()];
    }

    [NeedsFact(Helm)]
    public async Task NetworkPolicy_LetsOnlySilosIn_AndWhomTheValuesName()
    {
        const string Peer = "{\"podSelector\":{\"matchLabels\":{\"app\":\"peer\"}}}";
        var manifests = await Chart.RenderSetAsync(
            $"networkPolicy.httpFrom=[{Peer}]", $"networkPolicy.extraIngress=[{{\"from\":[{Peer}],\"ports\":[{{\"port\":9999}}]}}]", $"networkPolicy.extraEgress=[{{\"to\":[{Peer}],\"ports\":[{{\"port\":8888}}]}}]");
        var policy = manifests.OfKind("NetworkPolicy").Single();
        var rules = policy.Items("spec.ingress").ToList();

        policy.Items("spec.policyTypes").Select(type => type.ToString()).ShouldBe(["Ingress", "Egress"], "what is not allowed is denied");
        rules.Select(rule => string.Join(' ', rule.Items("ports").Select(port => port.Text("port")))).ShouldBe(["silo gateway", "http", "9999"]);
        rules[0].Items("from").ShouldHaveSingleItem().Entries("podSelector.matchLabels").Select(label => label.Key).ShouldContain("orleans-market/part");
        rules[1].Items("from").Select(peer => peer.ToJsonString()).ShouldBe(["{\"podSelector\":{}}", Peer]);
        policy.Items("spec.egress").Last().Text("ports.0.port").ShouldBe("8888");
    }

    [NeedsFact(Helm)]
    public async Task HostsOfTheIngress_MayCallThePage() =>
        (await Chart.RenderAsync("ingress")).OfKind("ConfigMap").Single().Text("data.ALLOWED_HOSTS").ShouldBe("market.example.com");

    [NeedsFact(Helm)]
    public async Task Rules_AreThoseOfTheRepository_WithWholeRunbookLinks()
    {
        var rendered = (await Chart.RenderAsync("monitoring")).OfKind("PrometheusRule").Single().At("spec.groups")!.AsArray();
        var expected = new JsonArray([.. Directory.EnumerateFiles(Repository.At("prometheus", "rules"), "*.yml").Order(StringComparer.Ordinal)
            .SelectMany(file => Yaml.Read(File.ReadAllText(file)).Items("groups")).Select(group => group.DeepClone())]);
        foreach (var rule in expected.SelectMany(group => group.Items("rules")))
        {
            rule["expr"] = rule.Text("expr")!.Replace("job=\"orleans-market\"", "job=\"orleans-market\", namespace=\"market\"", StringComparison.Ordinal);
            if (rule["alert"] is not null)
            {
                rule["labels"]!["namespace"] = "market";
                rule["annotations"]!["runbook_url"] = $"https://git.example.com/orleans-market/blob/main/{rule.Text("annotations.runbook_url")}";
            }
        }

        JsonNode.DeepEquals(rendered, expected).ShouldBeTrue(rendered.ToString());
        RuleFiles.Selectors.ShouldAllBe(selector => selector.Contains("job=\"orleans-market\"", StringComparison.Ordinal));
    }

    /// <summary>One Prometheus may watch staging and production: that one of them is well says nothing of the other.</summary>
    [NeedsFact(Helm, NeedsFactAttribute.Promtool)]
    public async Task Rules_SeeTheirOwnNamespaceOnly()
    {
        using var folder = new TemporaryFolder();
        var rules = (await Chart.RenderAsync("monitoring")).OfKind("PrometheusRule").Single();
        await File.WriteAllTextAsync(folder.File("rules.json"), new JsonObject { ["groups"] = rules.At("spec.groups")!.DeepClone() }.ToJsonString());
        await File.WriteAllTextAsync(folder.File("test.yml"), """
            rule_files: [rules.json]
            evaluation_interval: 15s
            tests:
              - interval: 15s
                input_series:
                  - { series: 'up{instance="a:8080", job="orleans-market", namespace="market"}', values: '0x60' }
                  - { series: 'up{instance="b:8080", job="orleans-market", namespace="staging"}', values: '1x60' }
                  - { series: 'market_stale{market_symbol="BTCUSDT", instance="b:8080", job="orleans-market", namespace="staging"}', values: '1x60' }
                  - { series: 'market_dead_letters_total{instance="b:8080", job="orleans-market", namespace="staging"}', values: '0+1x60' }
                  - { series: 'market_pipeline_frames_total{instance="b:8080", job="orleans-market", namespace="staging"}', values: '0+2x60' }
                  - { series: 'market_dead_letters_total{instance="a:8080", job="orleans-market", namespace="market"}', values: '0+1x60' }
                  - { series: 'market_pipeline_frames_total{instance="a:8080", job="orleans-market", namespace="market"}', values: '0+100x60' }
                promql_expr_test:
                  - expr: round(market:dead_letters:ratio5m, 0.001)
                    eval_time: 10m
                    exp_samples: [{ labels: '{job="orleans-market", namespace="market"}', value: 0.01 }]
                alert_rule_test:
                  - { alertname: MarketSymbolStale, eval_time: 10m, exp_alerts: [] }
                  - alertname: MarketDown
                    eval_time: 10m
                    exp_alerts:
                      - exp_labels: { severity: critical, namespace: market }
                        exp_annotations:
                          summary: "No silo answers."
                          description: "Prometheus reaches no silo at all, or knows of none: nothing is watched, and none of the other alerts can fire."
                          runbook_url: https://git.example.com/orleans-market/blob/main/docs/operations.md#marketdown
            """);

        (await Tool.RunAsync(NeedsFactAttribute.Promtool, ["test", "rules", "test.yml"], folder.Path)).ShouldSucceed();
    }

    [NeedsFact(Helm)]
    public async Task Dashboards_AreThoseOfTheRepository()
    {
        var files = Directory.EnumerateFiles(Repository.At("grafana", "dashboards"), "*.json").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        var maps = (await Chart.RenderAsync("monitoring")).OfKind("ConfigMap").Where(map => map.At("metadata.labels")!["grafana_dashboard"] is not null).ToList();

        maps.SelectMany(map => map.Entries("data")).ToDictionary(entry => entry.Key, entry => entry.Value!.ToString()).ShouldBe(files, ignoreOrder: true);
        maps.ShouldAllBe(map => map.ToJsonString().Length < 900_000);
    }

    [NeedsFact(Helm)]
    public async Task ExtraObjects_AreTemplates() =>
        (await Chart.RenderAsync("event-hubs")).OfKind("ConfigMap").Single(map => map.Name() == "rel-extra").Text("data.of").ShouldBe("orleans-market");

    [NeedsFact(Helm)]
    public async Task Package_HoldsRulesAndDashboards_NotLinks()
    {
        using var folder = new TemporaryFolder();
        (await Tool.RunAsync(Helm, ["package", Chart.Folder, "-d", folder.Path, "--version", "9.8.7", "--app-version", "abc"])).ShouldSucceed();

        var rendered = await Tool.RunAsync(Helm, ["template", "rel", folder.File("orleans-market-9.8.7.tgz"), "-n", "market", "-f", Chart.ValuesFile("monitoring")]);

        Yaml.ReadAll(rendered.ShouldSucceed().Output).OfKind("PrometheusRule").Single().Items("spec.groups").ShouldNotBeEmpty();
        (await Tool.RunAsync(Helm, ["template", "rel", folder.File("orleans-market-9.8.7.tgz"), "--kube-version", "1.26"])).ShouldRefuse("kubeVersion");
    }
}
