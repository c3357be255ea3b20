using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>A silo with <c>--memory</c>, as a process.</summary>
[Collection(HostProcesses.Name)]
public sealed class MemoryTests
{
    [Fact]
    public async Task Memory_KeepsNothing()
    {
        using var temporary = new TemporaryFolder();
        await using var silo = new HostProcess(
            "the silo", silo => ["dotnet", SiloProcesses.Program, "--memory", "--source", "simulator", "--data", silo.DataPath, "--urls", silo.Url.OriginalString])
        {
            Settings = new Dictionary<string, string> { ["TMPDIR"] = temporary.Path, ["DOTNET_gcServer"] = "0" },
        };
        await silo.StartAsync();
        await SimulatedTrades.ArriveAsync(silo);
        Folders(temporary).ShouldHaveSingleItem("what it needs lies in a folder that goes with it");

        await silo.StopAsync();

        silo.Log.ShouldContain("everything is gone after the stop");
        Folders(temporary).ShouldBeEmpty();
        Directory.Exists(silo.DataPath).ShouldBeFalse();
    }

    private static string[] Folders(TemporaryFolder temporary) => Directory.GetDirectories(temporary.Path, "orleans-market-*");
}
