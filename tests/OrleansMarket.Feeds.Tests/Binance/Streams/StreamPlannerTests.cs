using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Streams;

namespace OrleansMarket.Feeds.Tests.Binance.Streams;

public sealed class StreamPlannerTests
{
    [Theory]
    [InlineData(0, 200, 0)]
    [InlineData(1, 200, 1)]
    [InlineData(200, 200, 1)]
    [InlineData(201, 200, 2)]
    [InlineData(2_000, 1_024, 2)]
    [InlineData(2_049, 1_024, 3)]
    public void Plan_NeverPutsMoreOnAConnectionThanAllowed(int symbols, int perConnection, int connections)
    {
        var plan = StreamPlanner.Plan(Specs(symbols), perConnection);

        Assert.Equal(connections, plan.Count);
        Assert.All(plan, shard => Assert.InRange(shard.Count, 1, perConnection));
        Assert.Equal(symbols, plan.SelectMany(shard => shard).Select(spec => spec.Symbol).Distinct().Count());
    }

    [Fact]
    public void Plan_SpreadsEvenlyAndTakesARepeatedSymbolOnce()
    {
        var plan = StreamPlanner.Plan([.. Specs(21), .. Specs(21)], 10);

        Assert.Equal([7, 7, 7], plan.Select(shard => shard.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void Plan_RefusesMoreThanTheExchangeAllows(int perConnection) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamPlanner.Plan(Specs(1), perConnection));

    [Fact]
    public void Batches_KeepEveryMessageBelowTheLimitAndLoseNothing()
    {
        string[] streams = [.. Specs(1_024).Select(spec => StreamPlanner.StreamOf(spec.Symbol)), .. Enumerable.Range(0, 50).Select(i => $"币安人生{i}usdt@trade")];

        var batches = StreamPlanner.Batches(streams);

        Assert.Equal(streams, batches.SelectMany(batch => batch));
        foreach (var batch in batches)
        {
            var message = StreamPlanner.Message("SUBSCRIBE", batch, long.MaxValue);
            Assert.InRange(message.Length, 1, StreamPlanner.MostMessageBytes);
            using var document = JsonDocument.Parse(message);
            Assert.Equal(batch, document.RootElement.GetProperty("params").EnumerateArray().Select(item => item.GetString()));
        }

        // As full as they can be: one message is not what is left of another.
        Assert.All(batches.Take(batches.Count - 1), batch => Assert.InRange(StreamPlanner.Message("SUBSCRIBE", batch, 1).Length, 3_700, 4_000));
    }

    [Fact]
    public void Message_IsWhatTheDocumentationShows()
    {
        Assert.Equal("""{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}""", Encoding.UTF8.GetString(StreamPlanner.Message("SUBSCRIBE", ["btcusdt@trade"], 1).Span));
        Assert.Equal("""{"method":"LIST_SUBSCRIPTIONS","id":3}""", Encoding.UTF8.GetString(StreamPlanner.Message("LIST_SUBSCRIPTIONS", null, 3).Span));
    }

    private static IEnumerable<SymbolSpec> Specs(int count) => Enumerable.Range(0, count).Select(i => new SymbolSpec(new Symbol($"COIN{i}USDT"), 2, 2));
}
