using System.Net;
using System.Runtime.InteropServices;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Deployment.Tests.Product;

/// <summary>A host as a process of its own, the standalone one or the silo, started as a container would start it: settings by environment, secrets as files.</summary>
internal sealed class RunningProduct : IAsyncDisposable
{
    private static readonly string Standalone = HostProcess.Built("OrleansMarket.Standalone.dll");

    private readonly HostProcess _process;

    private RunningProduct(Func<HostProcess, IReadOnlyList<string>> command, IReadOnlyDictionary<string, string>? settings)
    {
        _process = new HostProcess("the host", command) { ReadyPath = "/health/ready", Settings = settings ?? new Dictionary<string, string>() };
        Http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url => _process.Url;

    public HttpClient Http { get; }

    /// <summary>The data folder: <c>data</c> in the folder where it was started.</summary>
    public string Data => _process.DataPath;

    public string Log => _process.Log;

    /// <summary>Starts the standalone host and waits until it is ready.</summary>
    public static Task<RunningProduct> StartAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null) => StartAsync(Standalone, arguments, settings);

    /// <summary>Starts a silo and waits until it is ready. Only in tests that need <see cref="NeedsFactAttribute.Silo"/>.</summary>
    public static Task<RunningProduct> StartSiloAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync(Tool.PlaceOf(NeedsFactAttribute.Silo), arguments, settings);

    /// <summary>Starts a published host as its image would run: no more of the file system than system and program, read-only but for data and /tmp, another user, no capabilities, no HOME.</summary>
    /// <param name="published">The folder of the published program.</param>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<RunningProduct> StartHardenedAsync(string published, string program, params IEnumerable<string> arguments)
    {
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return StartAsync(
            host =>
            {
                Directory.CreateDirectory(host.DataPath);
                return
                [
                    Tool.PlaceOf(NeedsFactAttribute.Bubblewrap),
                    "--unshare-user", "--uid", "1654", "--gid", "1654", "--cap-drop", "ALL", "--clearenv", "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc",
                    "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                    "--ro-bind", runtime, "/dotnet", "--ro-bind", published, "/app", "--bind", host.DataPath, "/data", "--remount-ro", "/", "--chdir", "/",
                    "--setenv", "ASPNETCORE_URLS", host.Url.OriginalString, "/dotnet/dotnet", $"/app/{program}", .. arguments,
                ];
            },
            null);
    }

    /// <summary>Asks it to stop, and answers with its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _process.StopAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks, and asks again as long as the answer is that it cannot be served now, as the API tells whoever asks.</summary>
    /// <param name="request">Makes the question anew each time.</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request)
    {
        HttpResponseMessage? answer = null;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                answer?.Dispose();
                using var asked = request();
                answer = await Http.SendAsync(asked);
                return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
            },
            "another answer than 503", TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(500));
        return answer!;
    }

    /// <inheritdoc cref="SendAsync"/>
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Runs another command of the same program.</summary>
    public static Task<ToolRun> CommandAsync(params string[] arguments) => Tool.StartAsync("dotnet", [Standalone, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Http.Dispose();
    }

    private static Task<RunningProduct> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings) =>
        StartAsync(_ => ["dotnet", program, .. arguments], settings);

    private static async Task<RunningProduct> StartAsync(Func<HostProcess, IReadOnlyList<string>> command, IReadOnlyDictionary<string, string>? settings)
    {
        var product = new RunningProduct(command, settings);
        try
        {
            await product._process.StartAsync();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }
}
