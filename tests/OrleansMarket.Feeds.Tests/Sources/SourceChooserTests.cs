using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OrleansMarket.Domain.Pipeline;
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
    [InlineData(SourceKind.Auto, 9, FeedKind.Simulated, 2)]
    [InlineData(SourceKind.Live, 9, FeedKind.Live, 1)]
    [InlineData(SourceKind.Live, 61, FeedKind.Live, 0)]
    public async Task ExchangeThatAnswersSlowly_IsWaitedFor_WhereNothingStandsInForIt(SourceKind kind, int seconds, FeedKind expected, int symbols)
    {
        var clock = new ManualTimeProvider();
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<IReadOnlyDictionary<Symbol, SymbolSpec>>());
        var exchange = Substitute.For<IExchange>();
        exchange.GetSpecsAsync(default!, default).ReturnsForAnyArgs(call =>
        {
            asked.TrySetResult();
            return answer.Task.WaitAsync(call.Arg<CancellationToken>());
        });
        var choosing = ChooseAsync(kind, clock, services => services.AddSingleton(exchange));
        await asked.Task;
        clock.Advance(TimeSpan.FromSeconds(seconds));
        answer.TrySetResult(new Dictionary<Symbol, SymbolSpec> { [new("BTCUSDT")] = new(new("BTCUSDT"), 2, 5) });

        var parts = await choosing;
        Assert.Equal((expected, symbols), (parts.Source.Kind, parts.Specs.Count));
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

    private async Task<MarketParts> ChooseAsync(SourceKind kind, TimeProvider? clock = null, Action<IServiceCollection>? replace = null)
    {
        var settings = new SourceSettings(kind, null, "1x", _folder.Path);
        using var chooser = new SourceChooser(
            settings, new ConfigurationBuilder().AddInMemoryCollection(_settings).Build(), clock ?? TimeProvider.System, NullLoggerFactory.Instance, replace);
        return await chooser.ChooseAsync(CancellationToken.None);
    }
}
