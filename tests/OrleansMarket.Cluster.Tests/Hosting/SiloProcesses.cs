using OrleansMarket.Contract;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Makes silos that are alone, each a process.</summary>
internal sealed class SiloProcesses(IReadOnlyDictionary<string, string>? own = null) : OneProcessHosts([Program], own)
{
    private const string Assembly = "OrleansMarket.Silo.dll";

    /// <summary>Gets the built silo.</summary>
    public static string Program { get; } = HostProcess.Built(Assembly);

    /// <summary>Runs a silo, or another command of it, that ends by itself.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments) =>
        HostProcess.RunToEndAsync(Assembly, settings, arguments);
}
