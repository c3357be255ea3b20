using System.Diagnostics;
using System.Globalization;

namespace OrleansMarket.Sinks.Tests;

/// <summary>A writer of this assembly (<c>Program.cs</c>) in a process of its own: it tells how much is durable, and is killed in the middle of its work.</summary>
internal sealed class DoomedProcess : IDisposable
{
    private readonly Process _process;
    private int _reported;

    private DoomedProcess(string writer, string directory) =>
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(DoomedProcess).Assembly.Location, writer, directory]) { RedirectStandardOutput = true })!;

    /// <summary>Starts a writer, and waits until it has told of so many.</summary>
    public static async Task<DoomedProcess> StartAsync(string writer, string directory, int least)
    {
        var doomed = new DoomedProcess(writer, directory);
        while (doomed._reported < least && await doomed._process.StandardOutput.ReadLineAsync() is { } line)
        {
            doomed._reported = int.Parse(line, CultureInfo.InvariantCulture);
        }

        return doomed;
    }

    /// <summary>Kills it.</summary>
    /// <returns>How many it has told of, up to its last word.</returns>
    public async Task<int> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line may be cut, and is a smaller number then.
            _reported = Math.Max(_reported, int.TryParse(line, CultureInfo.InvariantCulture, out var number) ? number : 0);
        }

        return _reported;
    }

    public void Dispose() => _process.Dispose();
}
