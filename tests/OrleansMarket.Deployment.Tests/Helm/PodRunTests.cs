using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>What the chart puts into a pod, run here: arguments, settings, secret files, probes and the test pod's command.</summary>
public sealed class PodRunTests
{
    [NeedsFact(NeedsFactAttribute.Helm)]
    public async Task PodOfTheChart_RunsAndIsReady()
    {
        const string Key = "a-key-from-a-mounted-file";
        var manifests = await Chart.RenderSetAsync(
            "settings={\"source\":\"simulator\",\"symbols\":[\"ETHUSDT\",\"DOTUSDT\"],\"allowedHosts\":[\"market.example.com\"]}", "secrets.apiKey.existingSecret=\"market\"");
        var container = manifests.Silos().Single().At("spec.template.spec.containers.0")!;
        var secret = manifests.Silos().Single().Items("spec.template.spec.volumes").Single(volume => volume.Text("name") == "secrets").At("projected.sources.0.secret.items.0")!;
        using var secrets = new TemporaryFolder();
        await File.WriteAllTextAsync(secrets.File(secret.Text("path")!), Key + "\n");
        var settings = manifests.OfKind("ConfigMap").Single().Entries("data").ToDictionary(setting => setting.Key, setting => setting.Value!.ToString());
        settings["SECRETS_DIR"].ShouldBe(container.Items("volumeMounts").Single(mount => mount.Text("name") == "secrets").Text("mountPath"));
        settings["SECRETS_DIR"] = secrets.Path;

        await using var product = await RunningProduct.StartAsync(container.Items("args").Select(argument => argument.ToString()), settings);

        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            using var answer = await product.GetAsync(container.Text($"{probe}.httpGet.path")!);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, probe);
        }

        using var listed = await product.GetAsync("/symbols");
        var symbols = JsonNode.Parse(await listed.Content.ReadAsStringAsync())!.Items("symbols").Select(line => line.Text("symbol"));
        symbols.ShouldBe(["ETHUSDT", "DOTUSDT"], ignoreOrder: true);
        File.Exists(Path.Combine(product.Data, "api-key")).ShouldBeFalse("the key is the mounted one");
        Directory.Exists(product.Data).ShouldBeTrue("the volume is mounted at data below the working directory");
        product.Log.ShouldNotContain(Key);
        (await StatusAsync(product, "market.example.com")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(product, "evil.example.com")).ShouldNotBe(HttpStatusCode.OK);
        (await PostAsync(product, Key)).ShouldNotBe(HttpStatusCode.Unauthorized);
        (await PostAsync(product, "another-key-of-the-same-length")).ShouldBe(HttpStatusCode.Unauthorized);

        foreach (var test in manifests.OfKind("Pod").Single().Items("spec.containers").Select(each => each.Items("args").Select(argument => argument.ToString()).ToList()))
        {
            test[test.IndexOf("--url") + 1].ShouldStartWith("http://rel-orleans-market");
            test[test.IndexOf("--url") + 1] = product.Url.OriginalString;
            test[test.IndexOf("--wait") + 1] = "200"; // this machine may do much else
            (await RunningProduct.CommandAsync([.. test])).ShouldSucceed();
        }
    }

    /// <summary>Nothing is mounted that was not asked for, and the silo looks for nothing that is not mounted.</summary>
    [NeedsTheory(NeedsFactAttribute.Helm)]
    [InlineData("default")]
    [InlineData("minimal")]
    public async Task PodWithoutSecrets_RunsAsWell(string shape)
    {
        var manifests = await Chart.RenderAsync(shape);
        var container = manifests.Silos().Single().At("spec.template.spec.containers.0")!;
        container.Items("volumeMounts").Select(mount => mount.Text("name")).ShouldBe(["data", "tmp"], ignoreOrder: true);
        var settings = manifests.OfKind("ConfigMap").Single().Entries("data").ToDictionary(setting => setting.Key, setting => setting.Value!.ToString());

        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"], settings);

        File.Exists(Path.Combine(product.Data, "api-key")).ShouldBeTrue("it made one");
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningProduct product, string host)
    {
        using var answer = await product.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/symbols") { Headers = { Host = host } });
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PostAsync(RunningProduct product, string key)
    {
        using var answer = await product.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "/alerts/silences")
        {
            Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")),
            Headers = { { "X-API-Key", key } },
        });
        return answer.StatusCode;
    }
}
