using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>A real Prometheus on loopback that scrapes as often as that of compose, with the rules of the repository. Only in tests that need <see cref="NeedsFactAttribute.Prometheus"/>.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcessLog _log = new();
    private readonly HttpClient _http = new();
    private readonly Process _process;
    private readonly Uri _address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));

    private PrometheusServer(Uri target, string? @namespace)
    {
        var labels = @namespace is null ? "{}" : $"{{ namespace: {@namespace} }}";
        File.WriteAllText(_folder.File("prometheus.yml"), $"""
            global:
              scrape_interval: 5s # as long may an answer take
              evaluation_interval: 1s
            rule_files: [{Repository.At("prometheus", "rules", "*.yml")}]
            scrape_configs:
              - job_name: orleans-market
                static_configs:
                  - targets: ['{target.Authority}']
                    labels: {labels}
            """);
        _process = _log.Start(new ProcessStartInfo(Tool.PlaceOf(NeedsFactAttribute.Prometheus),
            [$"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address={_address.Authority}"]));
    }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="target">What it scrapes.</param>
    /// <param name="namespace">The namespace that Kubernetes tells of that, or <see langword="null"/> where there is none.</param>
    public static async Task<PrometheusServer> StartAsync(Uri target, string? @namespace)
    {
        var server = new PrometheusServer(target, @namespace);
        try
        {
            await Eventually.BecomesTrueAsync(async () => server._process.HasExited || await server.AnswersAsync(), "an answer of Prometheus", TimeSpan.FromMinutes(2));
            return server._process.HasExited ? throw new InvalidOperationException($"expected Prometheus to run, found {server._log.Text}") : server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a part of its API answers: <c>status</c>, <c>data</c>, <c>error</c>.</summary>
    /// <param name="path">The path below <c>/api/v1</c> with its query.</param>
    public async Task<JsonNode> AskAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(_address, $"/api/v1/{path}"));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_address, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
