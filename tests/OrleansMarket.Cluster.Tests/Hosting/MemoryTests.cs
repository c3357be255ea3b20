using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>A silo with <c>--memory</c>, as a process.</summary>
[Collection(HostProcesses.Name)]
public sealed class MemoryTests
{
    [Fact]
    public async Task Memory_KeepsNothing()
    {
        using var data = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var folder = data.File("never");
        using var process = SiloProcess.Start(
            new Dictionary<string, string> { ["TMPDIR"] = temporary.Path, ["DOTNET_gcServer"] = "0" },
            "--memory", "--source", "simulator", "--data", folder, "--urls", url.OriginalString);
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
            await Eventually.BecomesTrueAsync(async () => process.HasExited || await TradesAsync(http), "trades of the simulator", TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(250));
            process.HasExited.ShouldBeFalse(process.HasExited ? string.Concat(await said) : "");
            Folders(temporary).ShouldHaveSingleItem("what it needs lies in a folder that goes with it");

            using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await signal.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        string.Concat(await said).ShouldContain("everything is gone after the stop");
        Folders(temporary).ShouldBeEmpty();
        Directory.Exists(folder).ShouldBeFalse();
    }

    private static string[] Folders(TemporaryFolder temporary) => Directory.GetDirectories(temporary.Path, "orleans-market-*");

    private static async Task<bool> TradesAsync(HttpClient http)
    {
        try
        {
            var symbols = await http.GetStringAsync(new Uri("/symbols", UriKind.Relative));
            return Regex.IsMatch(symbols, "\"lastTradeId\": *[0-9]");
        }
        catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
