using System.Diagnostics;
using OrleansMarket.Contract;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Makes silos that are alone, each a process.</summary>
internal sealed class SiloProcesses(IReadOnlyDictionary<string, string>? own = null) : OneProcessHosts([Program], own)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Gets the built silo.</summary>
    public static string Program { get; } = HostProcess.Built("OrleansMarket.Silo.dll");

    /// <summary>Runs a silo, or another command of it, that ends by itself.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("expected the silo to start");
        using var patience = new CancellationTokenSource(Patience);
        var said = (Output: process.StandardOutput.ReadToEndAsync(patience.Token), Error: process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await said.Output, await said.Error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"expected the silo to end by itself within {Patience}");
        }
    }
}
