using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>A stop, by Ctrl-C or by a service manager, ends everything that runs and loses nothing.</summary>
[Collection(HostProcesses.Name)]
public sealed class StopTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Stop_StoresEverything_AndEndsTheStreamsOfThoseWhoWatch(string signal)
    {
        await using var host = new HostProcess(
            "the host", host => ["dotnet", HostProcess.Built("OrleansMarket.Standalone.dll"), "serve", "--source", "simulator", "--data", host.DataPath, "--urls", host.Url.OriginalString]);
        await host.StartAsync();
        using var http = new HttpClient { BaseAddress = host.Url };
        await using var stream = await http.GetStreamAsync(new Uri("/stream", UriKind.Relative));
        var watching = stream.CopyToAsync(Stream.Null);

        await host.StopAsync(signal); // with exit code 0, or this fails

        await watching; // the end of the answer, not of the connection
        Assert.Contains("Stopped; everything is stored", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(host.DataPath, "market.pid", SearchOption.AllDirectories)); // the folder was let go of
    }
}
