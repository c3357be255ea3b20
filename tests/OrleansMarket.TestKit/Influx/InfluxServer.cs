using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.TestKit.Influx;

/// <summary>
/// A real InfluxDB 1.x on loopback with its data in a folder of its own. It has no v2 write API: <see cref="InfluxFacade"/> gives it one. Only
/// in tests marked <c>[NeedsFact(NeedsFactAttribute.Influxd)]</c>.
/// </summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessLog _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(3) };
    private Process? _process;

    private InfluxServer() => Address = new Uri("http://127.0.0.1:1/");

    /// <summary>Gets where its own (1.x) API is.</summary>
    public Uri Address { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="databases">Databases to create; a bucket of the facade is one.</param>
    public static async Task<InfluxServer> StartAsync(params string[] databases)
    {
        var server = new InfluxServer();
        try
        {
            await server.RunAsync();
            foreach (var database in databases)
            {
                await server.QueryAsync("", $"CREATE DATABASE \"{database}\"");
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Starts it again, on another port, with the data that it had.</summary>
    public Task RestartAsync() => RunAsync();

    /// <summary>Stops it at once; its data stays.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Asks in InfluxQL; every row of every series as column and tag values by name. Times are ns.</summary>
    /// <exception cref="InvalidOperationException">The server answers with an error.</exception>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> QueryAsync(string database, string influxQl)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["q"] = influxQl });
        using var response = await _http.PostAsync(new Uri(Address, $"query?epoch=ns&db={Uri.EscapeDataString(database)}"), form);
        var text = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text);
        var rows = new List<IReadOnlyDictionary<string, JsonElement>>();
        if (text.Contains("\"error\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"expected an answer to {influxQl}, found {text}");
        }

        foreach (var result in json.RootElement.GetProperty("results").EnumerateArray())
        {
            if (!result.TryGetProperty("series", out var all))
            {
                continue;
            }

            foreach (var series in all.EnumerateArray())
            {
                var columns = series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToArray();
                foreach (var values in series.TryGetProperty("values", out var found) ? found.EnumerateArray().ToArray() : [])
                {
                    var row = new Dictionary<string, JsonElement>();
                    if (series.TryGetProperty("tags", out var tags))
                    {
                        foreach (var tag in tags.EnumerateObject())
                        {
                            row[tag.Name] = tag.Value.Clone();
                        }
                    }

                    foreach (var (column, value) in columns.Zip(values.EnumerateArray()))
                    {
                        row[column] = value.Clone();
                    }

                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    /// <summary>How many points a measurement has, counted by a field that each of them has.</summary>
    public async Task<long> CountAsync(string database, string measurement, string field)
    {
        var rows = await QueryAsync(database, $"SELECT count(\"{field}\") FROM \"{measurement}\"");
        return rows.Count == 0 ? 0 : rows[0]["count"].GetInt64();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync()
    {
        // Another process may take a port between its being found free and our using it.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            var config = _folder.File("influxdb.conf");
            await File.WriteAllTextAsync(config, Configuration(port));
            Address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
            Launch(config);
            if (await AnswersAsync())
            {
                return;
            }

            if (attempt == 3)
            {
                throw new InvalidOperationException($"expected influxd to start, found:\n{_log.Text}");
            }
        }
    }

    private void Launch(string config)
    {
        _process?.Dispose();
        _process = _log.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable(NeedsFactAttribute.Influxd)!, ["-config", config]));
    }

    private async Task<bool> AnswersAsync()
    {
        var up = false;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await _http.GetAsync(new Uri(Address, "ping"));
                    up = answer.StatusCode == HttpStatusCode.NoContent;
                }
                catch (HttpRequestException)
                {
                    // Not yet, or never.
                }

                return up || _process!.HasExited;
            },
            "an answer of influxd", StartPatience);
        return up;
    }

    private string Configuration(int port)
    {
        var rpc = FreePort.Next();
        return $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{rpc}"
            [meta]
              dir = "{_folder.File("meta")}"
            [data]
              dir = "{_folder.File("data")}"
              wal-dir = "{_folder.File("wal")}"
              index-version = "tsi1"
              query-log-enabled = false
            [coordinator]
              write-timeout = "2m"
            [monitor]
              store-enabled = false
            [http]
              bind-address = "127.0.0.1:{port}"
              log-enabled = false
              auth-enabled = false
              flux-enabled = false

            """;
    }
}
