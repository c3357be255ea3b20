using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class SiloSettingsTests
{
    [Theory]
    [InlineData("Cluster__Roles", "ingress,cook", "error: Cluster:Roles: expected some of ingress, market, web, found 'cook'")]
    [InlineData("Cluster__Roles", "web", "error: Cluster:Roles: expected all of ingress, market, web while the silo is alone, found none with ingress; set Cluster:Redis to join others")]
    [InlineData("Cluster__SiloPort", "70000", "error: Cluster:SiloPort: expected 1 to 65535, found 70000")]
    [InlineData("Cluster__Address", "here", "error: Cluster:Address: expected an IP address, found 'here'")]
    [InlineData("Streams__Provider", "Pigeon", "error: Streams:Provider: expected Memory, Redis, EventHubs, found Pigeon")]
    [InlineData("Streams__Provider", "Redis", "error: Streams:Provider: Redis needs a server; set Cluster:Redis to its host:port")]
    [InlineData("Cluster__Redis", "127.0.0.1:1", "error: Cluster:Redis: expected a Redis server at 127.0.0.1:1, found none that answers")]
    [InlineData(
        "Influx__Url", "http://127.0.0.1:9",
        "error: settings: Influx:Token: expected a token without spaces that may write to the bucket, found none or other characters; set it, or name a file that holds it in Influx:TokenFile; "
        + "Influx:Org: expected the organisation's name beside Influx:Url, found none; set it; Influx:Bucket: expected the bucket's name beside Influx:Url, found none; set it")]
    [InlineData("Engine__MaxWaitingConclusions", "1", "error: settings: Engine: MaxWaitingConclusions ('1') must be greater than or equal to '64'. (Parameter 'MaxWaitingConclusions') Actual value was 1.")]
    [InlineData("Engine__Grace", "00:05:00", "error: settings: Engine: expected 00:00:00.5000000 to 00:01:00 (Parameter 'Grace') Actual value was 00:05:00.")]
    [InlineData("SYMBOLS", "BTC/USDT", "error: SYMBOLS: expected pairs such as BTCUSDT,ETHUSDT, found 'BTC/USDT'")]
    [InlineData("Prices__FreshFor", "abc", "error: settings: Prices:FreshFor: expected a time such as 00:00:30, found 'abc'; correct it, or remove it for the default")]
    [InlineData("Streams__PollPeriod", "soon", "error: settings: Streams:PollPeriod: expected a time such as 00:00:30, found 'soon'; correct it, or remove it for the default")]
    [InlineData("Ingress__Shards", "x", "error: settings: Ingress:Shards: expected a whole number, found 'x'; correct it, or remove it for the default")]
    [InlineData("Cluster__RedisTls", "x", "error: settings: Cluster:RedisTls: expected true or false, found 'x'; correct it, or remove it for the default")]
    [InlineData("LOG_LEVEL", "loud", "error: settings: LOG_LEVEL: expected Trace, Debug, Information, Warning, Error, Critical, None, found 'loud'")]
    public async Task WrongSetting_StopsTheStart_InOneLineThatNamesIt(string setting, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { [setting] = value };
        var (code, said, errors) = await SiloProcesses.RunAsync(settings, "--source", "simulator", "--data", folder.Path, "--urls", $"http://127.0.0.1:{FreePort.Next()}");

        code.ShouldBe(2, errors);
        errors.Trim().ShouldBe(expected);
        said.ShouldNotContain("fail:");
    }

    [Theory]
    [InlineData("--bogus", "error: Unrecognized command or argument '--bogus'; see 'OrleansMarket.Silo --help'")]
    [InlineData("healthcheck --wait x", "error: --wait: expected 0 to 3600 seconds, found 'x'; see 'OrleansMarket.Silo healthcheck --help'")]
    [InlineData("import", "error: --from: expected a value, found none; see 'OrleansMarket.Silo import --help'")]
    [InlineData("serve --source /nowhere", "error: --source: expected auto, live, simulator or a file that exists, found '/nowhere'")]
    public async Task WrongArgument_IsOneLine(string arguments, string expected)
    {
        using var error = new StringWriter();

        (await SiloCommandLine.InvokeAsync(arguments.Split(' '), TextWriter.Null, error)).ShouldBe(2);
        error.ToString().TrimEnd().ShouldBe(expected);
    }

    [Fact]
    public async Task Recording_ThatCannotBeRead_IsOneLine()
    {
        using var folder = new TemporaryFolder();
        var recording = folder.File("x.csv");
        await File.WriteAllTextAsync(recording, "a,b,c\n");

        var (code, _, errors) = await SiloProcesses.RunAsync(
            new Dictionary<string, string>(), "--source", recording, "--data", folder.File("data"), "--urls", $"http://127.0.0.1:{FreePort.Next()}");

        code.ShouldBe(2);
        errors.Trim().ShouldStartWith($"error: {recording}:1: expected 7 (trades), 8 (aggTrades) or 12 (klines) columns, found 3");
        errors.Trim().ShouldNotContain('\n');
    }

    [Fact]
    public async Task PortThatIsTaken_IsOneLine()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        string[] arguments = ["--source", "simulator", "--data", folder.Path, "--urls"];

        var web = await SiloProcesses.RunAsync(new Dictionary<string, string>(), [.. arguments, $"http://127.0.0.1:{port}"]);
        var silo = await SiloProcesses.RunAsync(new Dictionary<string, string> { ["Cluster__SiloPort"] = $"{port}" }, [.. arguments, $"http://127.0.0.1:{FreePort.Next()}"]);

        web.ShouldBe((2, "", $"error: --urls: expected http://127.0.0.1:{port} to be free, found another program listening there; stop it, or choose another port\n"));
        silo.ShouldBe((2, "", $"error: Cluster:SiloPort: expected port {port} to be free, found another program listening there; stop it, or choose another port\n"));
    }

    [Fact]
    public void Roles_AreAllOfThem_UnlessTold()
    {
        ClusterSettings.Read(new ConfigurationBuilder().Build(), isAlone: true).RoleList.ShouldBe(["ingress", "market", "web"]);
        ClusterSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new("Cluster:Roles", " web , market,web")]).Build(), isAlone: false).RoleList.ShouldBe(["web", "market"]);
    }
}
