using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>A real Prometheus on loopback that scrapes every second. Only in tests that need <see cref="NeedsFactAttribute.Prometheus"/>.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process _process;
    private readonly Uri _address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));

    private PrometheusServer(IEnumerable<Uri> targets)
    {
        File.WriteAllText(_folder.File("prometheus.yml"), $"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: orleans-market
                static_configs:
                  - targets: [{string.Join(", ", targets.Select(target => $"'{target.Authority}'"))}]
            """);
        var start = new ProcessStartInfo(Tool.PlaceOf(NeedsFactAttribute.Prometheus),
            [$"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address={_address.Authority}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<PrometheusServer> StartAsync(params IEnumerable<Uri> targets)
    {
        var server = new PrometheusServer(targets);
        try
        {
            await Eventually.BecomesTrueAsync(async () => server._process.HasExited || await server.AnswersAsync(), "an answer of Prometheus", TimeSpan.FromSeconds(60));
            return server._process.HasExited ? throw new InvalidOperationException($"expected Prometheus to run, found {server.Log()}") : server;
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

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    private string Log()
    {
        lock (_log)
        {
            return _log.ToString();
        }
    }
}
