using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansMarket.Contract;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>The built executable as a process of its own, so that it can be stopped and killed like a real one.</summary>
internal sealed class StandaloneHost : IHostUnderTest
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _data = new();
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    public StandaloneHost(FakeBinance exchange, IReadOnlyList<string> symbols, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        BaseUri = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _settings = new Dictionary<string, string>
        {
            ["SYMBOLS"] = string.Join(',', symbols),
            ["RECONNECT_DELAY_S"] = "0.05",
            ["MAX_RECONNECT_DELAY_S"] = "0.5",
            ["Feeds__Binance__StreamEndpoints__0"] = exchange.StreamUri.OriginalString,
            ["Feeds__Binance__StreamEndpoints__1"] = exchange.MarketDataStreamUri.OriginalString,
            ["Feeds__Binance__RestEndpoint"] = exchange.RestUri.OriginalString,
            ["Feeds__Binance__MarketDataRestEndpoint"] = exchange.MarketDataRestUri.OriginalString,
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var source in (string[])["Binance", "Coingecko", "Coinbase", "Kraken", "Okx", "Bybit"])
        {
            // A test's exchange is the whole world.
            _settings[$"Prices__{source}__Enabled"] = "false";
        }

        foreach (var (name, value) in settings ?? [])
        {
            _settings[name] = value;
        }
    }

    public Uri BaseUri { get; }

    /// <summary>Gets the folder given as <c>--data</c>.</summary>
    public string DataPath => _data.Path;

    public string ApiKey => File.ReadAllText(_data.File("api-key")).Trim();

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
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "OrleansMarket.Standalone.dll"), "serve", "--source", "live", "--data", _data.Path, "--urls", BaseUri.OriginalString])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start) ?? throw new InvalidOperationException("expected the host to start");
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = BaseUri, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.BecomesTrueAsync(async () => _process.HasExited || await AnswersAsync(http), "an answer of the host", StartPatience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected the host to answer within {StartPatience}\n{Log}");
        }

        if (_process.HasExited)
        {
            throw new InvalidOperationException($"expected a running host, found exit code {_process.ExitCode}\n{Log}");
        }
    }

    public async Task<TimeSpan> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("expected a host that was started");
        var begun = Stopwatch.GetTimestamp();
        using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
        return Stopwatch.GetElapsedTime(begun);
    }

    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

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

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }
}

/// <summary>Makes standalone hosts, with settings of their own where a test needs them.</summary>
internal sealed class StandaloneHosts(IReadOnlyDictionary<string, string>? own = null) : IHostFactory
{
    public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null) =>
        new StandaloneHost(exchange, symbols, (own ?? new Dictionary<string, string>()).Concat(settings ?? new Dictionary<string, string>()));
}
