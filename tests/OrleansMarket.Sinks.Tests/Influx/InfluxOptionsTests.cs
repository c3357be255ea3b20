using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Market;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class InfluxOptionsTests
{
    private const string Secret = "sEcReT";

    private readonly Dictionary<string, string?> _settings = new()
    {
        ["Influx:Url"] = "http://influx:8086",
        ["Influx:Token"] = Secret,
        ["Influx:Org"] = "om",
        ["Influx:Bucket"] = "market",
        ["Storage:DataDirectory"] = "/data/live",
    };

    [Fact]
    public void Settings_AreRead()
    {
        var options = Read();

        Assert.Equal("InfluxDB at http://influx:8086, bucket market of om", options.ToString());
        Assert.Equal(Secret, options.Token);
        Assert.Equal(Path.Combine("/data/live", "influx"), options.SpoolDirectory);
    }

    [Fact]
    public void Nothing_IsAddedWithoutAnAddress()
    {
        _settings["Influx:Url"] = "";
        using var provider = Build();

        Assert.Null(provider.GetService<ISeriesSink>());
        Assert.Null(provider.GetService<SeriesHealth>());
    }

    [Fact]
    public void Token_IsReadFromItsFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), Secret + "2\n");
        _settings["Influx:Token"] = null;
        _settings["Influx:TokenFile"] = folder.File("token");

        Assert.Equal(Secret + "2", Read().Token);
    }

    [Theory]
    [InlineData("Influx:Url", "influx:8086", "Influx:Url: expected an address such as http://localhost:8086")]
    [InlineData("Influx:Url", "http://user:sEcReT@influx:8086", "Influx:Url: expected an address without user")]
    [InlineData("Influx:Token", "", "Influx:Token: expected a token")]
    [InlineData("Influx:Token", "with sEcReT space", "Influx:Token: expected a token")]
    [InlineData("Influx:TokenFile", "/nowhere/token", "Influx:TokenFile: expected a file with the token, found no such file at '/nowhere/token'")]
    [InlineData("Influx:Org", " ", "Influx:Org: expected the organisation's name")]
    [InlineData("Influx:Bucket", "", "Influx:Bucket: expected the bucket's name")]
    [InlineData("Influx:Intervals:0", "7m", "Influx:Intervals: expected 1s, 1m, 5m, 15m, 1h, 4h, 1d, found '7m'")]
    [InlineData("Influx:SampleInterval", "00:00:00.5", "SampleInterval")]
    [InlineData("Influx:SpoolMaxBytes", "1000", "SpoolMaxBytes")]
    [InlineData("Influx:MaxBackOff", "00:00:00.1", "Influx:MaxBackOff: expected at least Influx:BackOff")]
    public void WrongSettings_AreNamed_WithoutTheSecret(string setting, string value, string said)
    {
        _settings[setting] = value;

        var error = Assert.Throws<OptionsValidationException>(Read);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
    }

    private InfluxOptions Read()
    {
        using var provider = Build();
        return provider.GetRequiredService<IOptions<InfluxOptions>>().Value;
    }

    private ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddInfluxSeries(configuration, SeriesSamples.Origin)
            .BuildServiceProvider();
    }
}
