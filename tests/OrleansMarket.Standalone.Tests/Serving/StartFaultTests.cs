using System.Net;
using System.Net.Sockets;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>What keeps <c>serve</c> from starting is one line that names it, and nothing else is said.</summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Prices__FreshFor", "abc", "error: settings: Prices:FreshFor: expected a time such as 00:00:30, found 'abc'; correct it, or remove it for the default")]
    [InlineData("Alerts__MaxAlerts", "many", "error: settings: Alerts:MaxAlerts: expected a whole number, found 'many'; correct it, or remove it for the default")]
    [InlineData("Feeds__Simulator__TradesPerSecond", "q", "error: settings: Feeds:Simulator:TradesPerSecond: expected a number, found 'q'; correct it, or remove it for the default")]
    [InlineData("RECONNECT_DELAY_S", "x", "error: settings: RECONNECT_DELAY_S: expected seconds such as 5, found 'x'")]
    [InlineData("Feeds__Binance__RestEndpoint", "zz", "error: Feeds:Binance:RestEndpoint: expected an address such as https://host without user name, found 'zz'")]
    [InlineData("LOG_LEVEL", "loud", "error: settings: LOG_LEVEL: expected Trace, Debug, Information, Warning, Error, Critical, None, found 'loud'")]
    [InlineData("Logging__LogLevel__Default", "loud", "error: settings: Logging:LogLevel: expected Trace, Debug, Information, Warning, Error, Critical, None; Configuration value 'loud' is not supported.")]
    [InlineData("API_KEY_FILE", "/nowhere/key", "error: expected the API key in /nowhere/key, found no such file; make it, or remove the setting API_KEY_FILE to have a key made")]
    [InlineData("ASPNETCORE_URLS", "nowhere", "error: --urls: expected addresses such as http://localhost:8080, found 'nowhere'")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:8080", "error: --urls: expected an address of this machine, found http://192.0.2.1:8080; choose another, http://0.0.0.0:8080 say for every one")]
    public async Task WrongSetting_IsOneLine(string setting, string value, string expected)
    {
        var settings = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}", [setting] = value };
        var (code, _, error) = await ServeAsync(settings);

        Assert.Equal((2, expected), (code, error.TrimEnd()));
    }

    [Fact]
    public async Task PortThatIsTaken_IsOneLine_AndNothingIsOpened()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";
        var (code, output, error) = await ServeAsync(new Dictionary<string, string> { ["ASPNETCORE_URLS"] = url });

        Assert.Equal(
            (2, "", $"error: --urls: expected {url} to be free, found another program listening there; stop it, or choose another port"), (code, output, error.TrimEnd()));
        Assert.False(Directory.Exists(_folder.File("data")));
    }

    [Fact]
    public async Task SeveralWrongSettings_AreToldTogether()
    {
        var (code, _, error) = await ServeAsync(new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["Prices__FreshFor"] = "00:00:00",
            ["Alerts__MaxAlerts"] = "0",
            ["Storage__Readers"] = "65",
        });

        Assert.Equal(2, code);
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("error: settings: ", line, StringComparison.Ordinal);
        Assert.All(["Prices:FreshFor: expected 00:00:01 to 00:10:00, found 00:00:00", "AlertOptions.MaxAlerts", "StorageOptions.Readers"], wrong => Assert.Contains(wrong, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DataFolderThatCannotBeWritten_IsOneLine()
    {
        await File.WriteAllTextAsync(_folder.File("data"), "a file, and no folder");
        var (code, _, error) = await ServeAsync(new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}" });

        Assert.Equal(2, code);
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith($"error: cannot use '{_folder.File("data")}", line, StringComparison.Ordinal);
        Assert.EndsWith("; choose another directory with --data", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpsWithoutACertificate_IsOneLine_AndWhatHadStartedIsStoppedAgain()
    {
        var (code, output, error) = await ServeAsync(new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"https://127.0.0.1:{FreePort.Next()}",
            ["HOME"] = _folder.Path, // where a developer's own certificate would be
        });

        Assert.Equal(
            (2, "error: --urls: expected a certificate for https, found none; name its file in Kestrel__Certificates__Default__Path (and its password in …__Password), or listen on http"),
            (code, error.TrimEnd()));
        Assert.Contains("Stopped; everything is stored", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.File("data"), "market.pid", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task CertificateThatCannotBeRead_IsOneLine()
    {
        await File.WriteAllTextAsync(_folder.File("bad.pfx"), "no certificate");
        var (code, _, error) = await ServeAsync(new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"https://127.0.0.1:{FreePort.Next()}",
            ["Kestrel__Certificates__Default__Path"] = _folder.File("bad.pfx"),
        });

        Assert.Equal(2, code);
        Assert.StartsWith("error: certificate: expected one that can be read, found: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> ServeAsync(IReadOnlyDictionary<string, string> settings) =>
        HostProcess.RunToEndAsync("OrleansMarket.Standalone.dll", settings, "serve", "--source", "simulator", "--data", _folder.File("data"));
}
