using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansMarket.Feeds.Binance;

namespace OrleansMarket.Feeds.Tests.Binance;

public sealed class BinanceFeedOptionsTests
{
    [Fact]
    public void Defaults_AreValidOnceApplied()
    {
        var options = Apply();

        Assert.True(new BinanceFeedOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOTUSDT"], options.Symbols);
        Assert.Equal(["wss://stream.binance.com:9443/", "wss://data-stream.binance.vision/"], options.StreamEndpoints.Select(uri => uri.ToString()));
        Assert.Equal((5, 60), (options.ReconnectDelay.TotalSeconds, options.MaxReconnectDelay.TotalSeconds));
    }

    [Fact]
    public void Apply_TakesTheShortNames()
    {
        var options = Apply(("SYMBOLS", " btcusdt, BNBUSDT ,"), ("RECONNECT_DELAY_S", "0.5"), ("MAX_RECONNECT_DELAY_S", "30"));

        Assert.Equal(["btcusdt", "BNBUSDT"], options.Symbols);
        Assert.Equal((0.5, 30), (options.ReconnectDelay.TotalSeconds, options.MaxReconnectDelay.TotalSeconds));
    }

    [Theory]
    [InlineData("five")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("1,5")]
    public void Apply_NamesAValueThatIsNoNumberOfSeconds(string text)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Apply(("RECONNECT_DELAY_S", text)));

        Assert.Contains($"RECONNECT_DELAY_S: expected seconds such as 5, found '{text}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SYMBOLS", "BTC/USDT", "Feeds:Binance:Symbols: expected pairs of letters and digits such as BTCUSDT, found 'BTC/USDT'")]
    [InlineData("Feeds:Binance:StreamsPerConnection", "1025", "Feeds:Binance:StreamsPerConnection: expected 1 to 1024, found 1025")]
    [InlineData("Feeds:Binance:RestEndpoint", "ftp://x", "Feeds:Binance:RestEndpoint: expected an address such as https://host without user name, found 'ftp://x/'")]
    [InlineData("Feeds:Binance:RestEndpoint", "https://u:secret@x", "found one with user name")]
    [InlineData("Feeds:Binance:StreamEndpoints:0", "http://x", "Feeds:Binance:StreamEndpoints: expected an address such as wss://host")]
    [InlineData("Feeds:Binance:RotateAfter", "1.00:00:00", "Feeds:Binance:RotateAfter: expected 00:00:01 to 23:55:00, found 1.00:00:00")]
    [InlineData("MAX_RECONNECT_DELAY_S", "1", "Feeds:Binance:MaxReconnectDelay: expected 00:00:05 to 01:00:00, found 00:00:01")]
    public void Validate_SaysWhichSettingWhatWasExpectedAndFound(string key, string value, string message)
    {
        var result = new BinanceFeedOptionsValidator().Validate(null, Apply((key, value)));

        Assert.Contains(message, Assert.Single(result.Failures!), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.FailureMessage, StringComparison.Ordinal);
    }

    private static BinanceFeedOptions Apply(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
        var options = configuration.GetSection(BinanceFeedOptions.SectionName).Get<BinanceFeedOptions>() ?? new BinanceFeedOptions();
        BinanceFlatSettings.Apply(options, configuration);
        return options;
    }
}
