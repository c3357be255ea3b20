using System.Diagnostics;
using System.Net;
using System.Text;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Product;

/// <summary>A host as a process of its own, the standalone one or the silo, started as a container would start it: settings by environment, secrets as files.</summary>
internal sealed class RunningProduct : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly string Standalone = Path.Combine(AppContext.BaseDirectory, "OrleansMarket.Standalone.dll");

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private RunningProduct(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["ASPNETCORE_URLS"] = Url.OriginalString;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>The data folder: <c>data</c> in the folder where it was started.</summary>
    public string Data => _folder.File("data");

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

    /// <summary>Starts the standalone host and waits until it is ready.</summary>
    public static Task<RunningProduct> StartAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null) => StartAsync(Standalone, arguments, settings);

    /// <summary>Starts a silo and waits until it is ready. Only in tests that need <see cref="NeedsFactAttribute.Silo"/>.</summary>
    public static Task<RunningProduct> StartSiloAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync(Tools.Tool.PlaceOf(NeedsFactAttribute.Silo), arguments, settings);

    private static async Task<RunningProduct> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings)
    {
        var product = new RunningProduct(program, arguments, settings ?? new Dictionary<string, string>());
        try
        {
            await Eventually.BecomesTrueAsync(async () => product._process.HasExited || await product.IsReadyAsync(), "a host that is ready", StartPatience);
        }
        catch (TimeoutException)
        {
            await product.DisposeAsync();
            throw new TimeoutException($"expected the host to be ready within {StartPatience}\n{product.Log}");
        }

        return product._process.HasExited ? throw new InvalidOperationException($"expected a running host, found exit code {product._process.ExitCode}\n{product.Log}") : product;
    }

    /// <summary>Runs another command of the same program.</summary>
    public static Task<Tools.ToolRun> CommandAsync(params string[] arguments) => Tools.Tool.StartAsync("dotnet", [Standalone, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
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
