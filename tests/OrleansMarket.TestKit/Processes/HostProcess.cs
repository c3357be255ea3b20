using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansMarket.TestKit.Processes;

/// <summary>A host as a process of its own, with a URL and a folder of its own: stopped, killed, frozen and started again like a real one.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(150); // a silo of a cluster gives itself two minutes
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A folder for everything hosts say, for whoever looks into a failure.</summary>
    private static readonly string? Logs = Environment.GetEnvironmentVariable("MARKET_HOST_LOGS");

    private readonly TemporaryFolder _folder = new();
    private readonly Func<HostProcess, IReadOnlyList<string>> _command;
    private readonly ProcessLog _log;
    private Process? _process;

    /// <summary>Describes a host; nothing runs yet.</summary>
    /// <param name="name">What failures call it.</param>
    /// <param name="command">The program and its arguments.</param>
    public HostProcess(string name, Func<HostProcess, IReadOnlyList<string>> command)
    {
        (Name, _command) = (name, command);
        _log = new ProcessLog(Logs is null ? null : line => File.AppendAllText(Path.Combine(Logs, $"{name}-{Url.Port}.log"), $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}\n"));
    }

    /// <summary>Gets what failures call it.</summary>
    public string Name { get; }

    /// <summary>Gets the environment variables that it has beside those of the test.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what answers 200 once it has started.</summary>
    public string ReadyPath { get; init; } = "/health/live";

    /// <summary>Gets where it listens unless its command says otherwise; the same after a restart.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Gets its data folder: <c>data</c> in the folder where it runs.</summary>
    public string DataPath => _folder.File("data");

    /// <summary>Gets whether it runs, or would if it were not frozen.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Gets how it ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public int ExitCode => Started.ExitCode;

    /// <summary>Gets what it has written so far.</summary>
    public string Log => _log.Text;

    private Process Started => _process ?? throw new InvalidOperationException($"expected {Name} to have been started");

    /// <summary>The place of a program that was built with the tests.</summary>
    public static string Built(string program) => Path.Combine(AppContext.BaseDirectory, program);

    /// <summary>Runs a program of ours, or one of its commands, that ends by itself.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public static async Task<(int Code, string Output, string Error)> RunToEndAsync(string program, IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Built(program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"expected {program} to start");
        using var patience = new CancellationTokenSource(StartPatience + StopPatience);
        var said = (Output: process.StandardOutput.ReadToEndAsync(patience.Token), Error: process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await said.Output, await said.Error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"expected {program} to end by itself within {StartPatience + StopPatience}");
        }
    }

    /// <summary>Starts it, or starts it again on the same data, and returns once it answers.</summary>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    /// <exception cref="InvalidOperationException">It ends by itself.</exception>
    public async Task StartAsync()
    {
        Launch();
        using var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            await Eventually.BecomesTrueAsync(async () => !IsRunning || await IsReadyAsync(http), "an answer", StartPatience, Pause);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected {Name} to answer {ReadyPath} within {StartPatience}\n{Log}");
        }

        if (!IsRunning)
        {
            throw new InvalidOperationException($"expected {Name} to run, found exit code {ExitCode}\n{Log}");
        }
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    /// <param name="signal">How it is asked: <c>TERM</c>, or <c>INT</c> for Ctrl-C.</param>
    /// <returns>How long that took.</returns>
    /// <exception cref="TimeoutException">It goes on.</exception>
    /// <exception cref="InvalidOperationException">It ends with an exit code other than 0.</exception>
    public async Task<TimeSpan> StopAsync(string signal = "TERM")
    {
        var begun = Stopwatch.GetTimestamp();
        await SignalAsync(signal);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await Started.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"expected {Name} to stop within {StopPatience}\n{Log}");
        }

        if (ExitCode != 0)
        {
            throw new InvalidOperationException($"expected {Name} to end by itself and well, found exit code {ExitCode}\n{Log}");
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Ends it as <c>kill -9</c> does, without a chance to store anything.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Freezes it, as <c>kill -STOP</c> does.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private static int? ChildOf(int id)
    {
        var children = $"/proc/{id}/task/{id}/children";
        return File.Exists(children) && File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var child, ..] ? int.Parse(child, CultureInfo.InvariantCulture) : null;
    }

    private void Launch()
    {
        var words = _command(this);
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { WorkingDirectory = _folder.Path };
        foreach (var (setting, value) in Settings)
        {
            start.Environment[setting] = value;
        }

        start.Environment["ASPNETCORE_URLS"] = Url.OriginalString;
        _process?.Dispose();
        _process = _log.Start(start);
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(ReadyPath, UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        var id = Started.Id;
        while (ChildOf(id) is { } child)
        {
            id = child; // the program itself, not what started it
        }

        using var sender = Process.Start("kill", [$"-{signal}", id.ToString(CultureInfo.InvariantCulture)]);
        await sender.WaitForExitAsync();
    }
}
