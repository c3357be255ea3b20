using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;

namespace OrleansMarket.Feeds.Tests.Binance;

public sealed class BinanceRegistrationTests
{
    [Fact]
    public void AddBinance_GivesEverythingAHostNeeds()
    {
        using var provider = Build(("SYMBOLS", "BNBUSDT"));

        Assert.IsType<BinanceRestClient>(provider.GetRequiredService<IExchange>());
        Assert.IsType<BinanceRestClient>(provider.GetRequiredService<ITradeHistory>());
        Assert.IsType<GapRepairPlanner>(provider.GetRequiredService<IGapRepairer>());
        Assert.Equal(["BNBUSDT"], provider.GetRequiredService<IOptions<BinanceFeedOptions>>().Value.Symbols);
        var feed = provider.GetRequiredService<BinanceFeedFactory>().Create([new SymbolSpec(new Symbol("BNBUSDT"), 2, 3)]);
        Assert.Equal(new FeedSource(FeedKind.Live, "stream.binance.com"), feed.Source);
        Assert.Equal((false, 1), (feed.Status.Connected, feed.Status.Planned));
    }

    [Fact]
    public void AddBinance_RefusesToStartWithBadSettings()
    {
        using var provider = Build(("Feeds:Binance:StreamsPerConnection", "0"));

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("StreamsPerConnection: expected 1 to 1024, found 0", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build())
        .AddSingleton(TimeProvider.System)
        .AddLogging()
        .AddMetrics()
        .AddBinance()
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
