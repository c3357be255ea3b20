using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>One silo of a cluster as a process of its own: stopped, killed and frozen like a real one.</summary>
internal sealed class ClusterSilo(string name, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    /// <summary>A folder for everything the silos say, for whoever looks into a failure.</summary>
    private static readonly string? Logs = Environment.GetEnvironmentVariable("MARKET_SILO_LOGS");

    private readonly TemporaryFolder _data = new();
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, string> _settings = new(settings)
    {
        ["Cluster__Name"] = name,
        ["Cluster__SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
        ["Cluster__GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
    };

    private Process? _process;

    public string Name => name;

    public Uri BaseUri { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public bool IsRunning => _process is { HasExited: false };

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = SiloProcess.Start(_settings, "--source", "live", "--data", _data.Path, "--urls", BaseUri.OriginalString);
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = BaseUri, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.BecomesTrueAsync(async () => _process.HasExited || await AnswersAsync(http), "an answer", StartPatience, TimeSpan.FromMilliseconds(200));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected {name} to answer within {StartPatience}\n{Log}");
        }

        if (_process.HasExited)
        {
            throw new InvalidOperationException($"expected {name} to run, found exit code {_process.ExitCode}\n{Log}");
        }
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process!.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"expected {name} to stop within {StopPatience}\n{Log}");
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Freezes it.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _data.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var sender = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await sender.WaitForExitAsync();
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
            if (Logs is not null)
            {
                File.AppendAllText(Path.Combine(Logs, $"{name}-{_settings["Cluster__SiloPort"]}.log"), $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line.Data}\n");
            }
        }
    }
}
