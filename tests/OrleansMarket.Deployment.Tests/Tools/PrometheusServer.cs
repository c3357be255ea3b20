using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>A real Prometheus on loopback that scrapes every second, with the rules of the repository. Only in tests that need <see cref="NeedsFactAttribute.Prometheus"/>.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcessLog _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process _process;
    private readonly Uri _address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));

    private PrometheusServer(IEnumerable<Uri> targets)
    {
        File.WriteAllText(_folder.File("prometheus.yml"), $"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files: [{Repository.At("prometheus", "rules", "*.yml")}]
            scrape_configs:
              - job_name: orleans-market
                static_configs:
                  - targets: [{string.Join(", ", targets.Select(target => $"'{target.Authority}'"))}]
            """);
        _process = _log.Start(new ProcessStartInfo(Tool.PlaceOf(NeedsFactAttribute.Prometheus),
            [$"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address={_address.Authority}"]));
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<PrometheusServer> StartAsync(params IEnumerable<Uri> targets)
    {
        var server = new PrometheusServer(targets);
        try
        {
            await Eventually.BecomesTrueAsync(async () => server._process.HasExited || await server.AnswersAsync(), "an answer of Prometheus", TimeSpan.FromSeconds(60));
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
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
