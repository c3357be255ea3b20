using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Sources;

public sealed class SourceChooserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings = new()
    {
        ["SYMBOLS"] = "BTCUSDT,SOLUSDT",
        ["Feeds:Binance:RestEndpoint"] = $"http://127.0.0.1:{FreePort.Next()}",
        ["Feeds:Binance:MarketDataRestEndpoint"] = $"http://127.0.0.1:{FreePort.Next()}",
    };

    [Fact]
    public async Task Auto_FallsBackToTheSimulatorWhenNothingAnswers()
    {
        var parts = await ChooseAsync(SourceKind.Auto);

        Assert.Equal(new FeedSource(FeedKind.Simulated, "simulated-1-20"), parts.Source);
        Assert.Equal(["BTCUSDT", "SOLUSDT"], parts.Specs.Keys.Select(symbol => symbol.Value).Order());
        var feed = Assert.IsType<SteadyFeed>(parts.Feed([.. parts.Specs.Values])); // it begins again when it fails
        Assert.Equal(FeedKind.Simulated, feed.Source.Kind);
    }

    [Fact]
    public async Task Live_WaitsForTheExchangeInstead()
    {
        var parts = await ChooseAsync(SourceKind.Live);

        Assert.Equal(FeedKind.Live, parts.Source.Kind);
        Assert.Empty(parts.Specs);
    }

    [Theory]
    [InlineData("SYMBOLS", "BTC/USDT", "SYMBOLS: expected pairs such as BTCUSDT,ETHUSDT, found 'BTC/USDT'")]
    [InlineData("Feeds:Simulator:TradesPerSecond", "0", "Feeds:Simulator:TradesPerSecond: expected 0.001 to 100000, found 0")]
    [InlineData("Feeds:Simulator:Faults:Gaps", "0.7", "Feeds:Simulator:Faults:Gaps: expected 0 to 0.5, found 0.7")]
    public async Task WrongSetting_IsNamed(string setting, string value, string message)
    {
        _settings[setting] = value;

        var error = await Assert.ThrowsAsync<MarketStartException>(() => ChooseAsync(SourceKind.Simulator));

        Assert.Contains(message, error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<MarketParts> ChooseAsync(SourceKind kind)
    {
        var settings = new SourceSettings(kind, null, "1x", _folder.Path);
        using var chooser = new SourceChooser(
            settings, new ConfigurationBuilder().AddInMemoryCollection(_settings).Build(), TimeProvider.System, NullLoggerFactory.Instance);
        return await chooser.ChooseAsync(CancellationToken.None);
    }
}
