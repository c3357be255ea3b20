using Microsoft.Extensions.Configuration;
using OrleansMarket.Feeds.Prices;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>A setting that cannot be meant is named, with what was expected and what was found, and no secret is repeated.</summary>
public class PriceOptionsValidatorTests
{
    [Fact]
    public void Defaults_AreSound() => Assert.Empty(Failures());

    [Fact]
    public void Defaults_WatchFiveAssets_BinanceEveryFiveSeconds_CoingeckoByItsCache_OthersEveryTen()
    {
        var options = new PriceOptions();
        Assert.Equal(["BTC", "ETH", "SOL", "ADA", "DOT"], PriceOptions.DefaultAssets);
        Assert.Equal([5, 60, 10, 10, 10, 10], new[] { options.Binance, options.Coingecko, options.Coinbase, options.Kraken, options.Okx, options.Bybit }.Select(source => source.PollInterval.TotalSeconds));
        Assert.Equal((0.01, 60d, 1d), (options.PriceDeviationThreshold, options.FreshFor.TotalSeconds, options.ColdReadPatience.TotalSeconds));
    }

    [Theory]
    [InlineData("Prices:Assets:0", "BTC/USD", "Prices:Assets: expected assets of letters and digits such as BTC, found 'BTC/USD'")]
    [InlineData("Prices:PriceDeviationThreshold", "0", "Prices:PriceDeviationThreshold: expected 0.0001 to 0.5, found 0")]
    [InlineData("Prices:PriceDeviationThreshold", "1", "Prices:PriceDeviationThreshold: expected 0.0001 to 0.5, found 1")]
    [InlineData("Prices:FreshFor", "00:00:00", "Prices:FreshFor: expected 00:00:01 to 00:10:00, found 00:00:00")]
    [InlineData("Prices:ColdReadPatience", "00:01:00", "Prices:ColdReadPatience: expected 00:00:00.0100000 to 00:00:10, found 00:01:00")]
    [InlineData("Prices:WatchFor", "-00:00:01", "Prices:WatchFor: expected 00:00:00 to 1.00:00:00, found -00:00:01")]
    [InlineData("Prices:MostWatched", "0", "Prices:MostWatched: expected 1 to 1000, found 0")]
    [InlineData("Prices:RefreshInterval", "00:00:00.5", "Prices:RefreshInterval: expected 00:00:01 to 00:01:00, found 00:00:00.5000000")]
    [InlineData("Prices:UserAgent", " ", "Prices:UserAgent: expected a name such as OrleansMarket/1.0, found ' '")]
    [InlineData("Prices:Binance:PollInterval", "00:00:00.05", "Prices:binance:PollInterval: expected 00:00:00.1000000 to 01:00:00, found 00:00:00.0500000")]
    [InlineData("Prices:Stream:MaxAge", "00:00:00", "Prices:stream:MaxAge: expected 00:00:01 to 1.00:00:00, found 00:00:00")]
    [InlineData("Prices:Kraken:Timeout", "00:02:00", "Prices:kraken:Timeout: expected 00:00:00.0100000 to 00:01:00, found 00:02:00")]
    [InlineData("Prices:Okx:Weight", "0", "Prices:okx:Weight: expected 0.01 to 100, found 0")]
    [InlineData("Prices:Bybit:RequestsPerSecond", "-1", "Prices:bybit:RequestsPerSecond: expected 0.01 to 1000, found -1")]
    [InlineData("Prices:Coinbase:Burst", "0", "Prices:coinbase:Burst: expected 1 to 1000, found 0")]
    [InlineData("Prices:Coinbase:Endpoint", "ftp://host", "Prices:coinbase:Endpoint: expected an address such as https://host without user name, found 'ftp://host/'")]
    [InlineData("Prices:Kraken:Endpoint", "api.kraken.com", "Prices:kraken:Endpoint: expected an address such as https://host without user name, found 'api.kraken.com'")]
    [InlineData("Prices:Kraken:Endpoint", "https://me:secret@host", "Prices:kraken:Endpoint: expected an address such as https://host without user name, found one with user name")]
    [InlineData("Prices:Coingecko:PollInterval", "00:00:05", "Prices:coingecko:PollInterval: expected at least 00:01:00, for which its answers are cached, found 00:00:05")]
    [InlineData("Prices:Coingecko:ApiKey", "CG-secret\r\nX-Other: 1", "Prices:coingecko:ApiKey: expected a key of letters, digits, - and _, found another character")]
    [InlineData("Prices:Coingecko:Ids:wif", "dogwifcoin", "Prices:coingecko:Ids: expected assets of upper-case letters and digits such as BTC, found 'wif'")]
    [InlineData("Prices:Coingecko:Ids:WIF", "", "Prices:coingecko:Ids:WIF: expected an id such as bitcoin, found none")]
    public void WrongSetting_IsNamed(string setting, string value, string expected) => Assert.Equal([expected], Failures((setting, value)));

    [Fact]
    public void TooManyAssets_AreRefused() => Assert.Equal(
        ["Prices:Assets: expected at most 50 assets, found 51"], Failures([.. Enumerable.Range(0, 51).Select(index => ($"Prices:Assets:{index}", $"A{index}"))]));

    [Theory]
    [InlineData("Prices:Coingecko:ApiKey", "CG-abcDEF0123456789")]
    [InlineData("Prices:Coingecko:Ids:WIF", "dogwifcoin")]
    [InlineData("Prices:Coingecko:Enabled", "false")]
    public void SoundSetting_IsTaken(string setting, string value) => Assert.Empty(Failures((setting, value)));

    private static IEnumerable<string> Failures(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return new PriceOptionsValidator().Validate(null, configuration.GetSection(PriceOptions.SectionName).Get<PriceOptions>() ?? new PriceOptions()).Failures ?? [];
    }
}
