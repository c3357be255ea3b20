using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansMarket.Contract;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>One silo, alone, as a process of its own: the built executable, so that it can be stopped and killed like a real one.</summary>
internal sealed class SiloProcess : IHostUnderTest
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _data = new();
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    public SiloProcess(FakeBinance exchange, IReadOnlyList<string> symbols, IEnumerable<KeyValuePair<string, string>>? settings = null)
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
        _process?.Dispose();
        _process = Start(_settings, "--source", "live", "--data", _data.Path, "--urls", BaseUri.OriginalString);
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = BaseUri, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.BecomesTrueAsync(async () => _process.HasExited || await AnswersAsync(http), "an answer of the silo", StartPatience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected the silo to answer within {StartPatience}\n{Log}");
        }

        if (_process.HasExited)
        {
            throw new InvalidOperationException($"expected a running silo, found exit code {_process.ExitCode}\n{Log}");
        }
    }

    public async Task<TimeSpan> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("expected a silo that was started");
        var begun = Stopwatch.GetTimestamp();
        using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(StopPatience);
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

    /// <summary>Starts the built silo, its output redirected.</summary>
    internal static Process Start(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "OrleansMarket.Silo.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("expected the silo to start");
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

/// <summary>Makes silos that are alone.</summary>
internal sealed class SiloProcesses(IReadOnlyDictionary<string, string>? own = null) : IHostFactory
{
    public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null) =>
        new SiloProcess(exchange, symbols, (own ?? new Dictionary<string, string>()).Concat(settings ?? new Dictionary<string, string>()));
}
