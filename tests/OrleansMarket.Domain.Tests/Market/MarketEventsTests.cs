using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Market;

public sealed class MarketEventsTests
{
    private static readonly Symbol Bitcoin = new("BTCUSDT");

    [Fact]
    public async Task ReadAsync_GivesOnlyWhatWasAskedForInOrder()
    {
        var events = new MarketEvents();
        var reader = events.ReadAsync(new WatchQuery(new HashSet<Symbol> { Bitcoin }, new HashSet<string> { "market" }), CancellationToken.None).GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        events.Publish(new MarketEvent { Id = 0, Symbol = new Symbol("ETHUSDT") });
        events.Publish(new MarketEvent { Id = 0, Symbol = Bitcoin, Trade = AnyTrade() });
        events.Publish(new MarketEvent { Id = 0, Symbol = Bitcoin });

        Assert.True(await first);
        Assert.Equal(3, reader.Current.Id);
        Assert.Equal(0, reader.Current.Dropped);
        await reader.DisposeAsync();
        Assert.False(events.HasReaders);
    }

    [Fact]
    public async Task Publish_DropsTheOldestOfASlowReaderAndSaysHowMany()
    {
        var events = new MarketEvents(capacity: 3);
        await using var reader = events.ReadAsync(new WatchQuery(new HashSet<Symbol>(), new HashSet<string>()), CancellationToken.None).GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        for (var number = 0; number < 10; number++)
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = Bitcoin });
        }

        Assert.True(await first);
        Assert.True(await reader.MoveNextAsync());
        Assert.True(reader.Current.Dropped >= 6);
    }

    private static TradeView AnyTrade() => new(Bitcoin, 1, 1, 1, 1, default, default, default, 0, false);
}
