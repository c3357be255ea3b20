using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Product;

/// <summary>A host as a process of its own, the standalone one or the silo, started as a container would start it: settings by environment, secrets as files.</summary>
internal sealed class RunningProduct : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);
    private static readonly string Standalone = Path.Combine(AppContext.BaseDirectory, "OrleansMarket.Standalone.dll");

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private RunningProduct(Func<RunningProduct, (string Program, IEnumerable<string> Arguments)> command, IReadOnlyDictionary<string, string> settings)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var (program, arguments) = command(this);
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
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

    /// <summary>Starts a published host as its image would run: no more of the file system than system and program, read-only but for data and /tmp, another user, no capabilities, no HOME.</summary>
    /// <param name="published">The folder of the published program.</param>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<RunningProduct> StartHardenedAsync(string published, string program, params IEnumerable<string> arguments)
    {
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return StartAsync(
            product =>
            {
                Directory.CreateDirectory(product.Data);
                return (Tools.Tool.PlaceOf(NeedsFactAttribute.Bubblewrap),
                [
                    "--unshare-user", "--uid", "1654", "--gid", "1654", "--cap-drop", "ALL", "--clearenv", "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc",
                    "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                    "--ro-bind", runtime, "/dotnet", "--ro-bind", published, "/app", "--bind", product.Data, "/data", "--remount-ro", "/", "--chdir", "/",
                    "--setenv", "ASPNETCORE_URLS", product.Url.OriginalString, "/dotnet/dotnet", $"/app/{program}", .. arguments,
                ]);
            },
            null);
    }

    /// <summary>Asks it to stop, and answers with its exit code.</summary>
    public async Task<int> StopAsync()
    {
        var id = _process.Id;
        while (ChildOf(id) is { } child)
        {
            id = child; // the program itself, not what started it
        }

        (await Tools.Tool.StartAsync("kill", ["-TERM", id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();
        using var patience = new CancellationTokenSource(StopPatience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    private static int? ChildOf(int id) =>
        File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var child, ..] ? int.Parse(child, CultureInfo.InvariantCulture) : null;

    private static Task<RunningProduct> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings) =>
        StartAsync(_ => ("dotnet", [program, .. arguments]), settings);

    private static async Task<RunningProduct> StartAsync(Func<RunningProduct, (string Program, IEnumerable<string> Arguments)> command, IReadOnlyDictionary<string, string>? settings)
    {
        var product = new RunningProduct(command, settings ?? new Dictionary<string, string>());
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
            _process.Kill(entireProcessTree: true);
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
