using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class PrintDeduplicatorTests
{
    [Theory]
    [InlineData("3 1 2", "1 2 3")]
    [InlineData("1 1 2 2 2", "1 2")]
    [InlineData("1-3", "1-3")]
    [InlineData("1 1-3", "1-3")] // the aggregate has more
    [InlineData("1-3 3 2 1", "1 2 3")] // together the finer ones are whole
    [InlineData("1-6 1-3 4-6", "1-3 4-6")]
    [InlineData("1-6 1-3 5 4 6", "1-3 4 5 6")]
    [InlineData("0 1-6 1-3 5 7", "0 1-6 7")]
    [InlineData("1-3 3-5", "1-3")] // what straddles cannot stand beside the first
    public void SortAndDeduplicate_LeavesEveryTradeInOnce(string given, string expected)
    {
        var prints = Parse(given);

        PrintDeduplicator.SortAndDeduplicate(prints);

        Assert.Equal(expected, string.Join(' ', prints.Select(p => p.Print.FirstId == p.Print.LastId ? $"{p.Print.FirstId}" : $"{p.Print.FirstId}-{p.Print.LastId}")));
    }

    [Fact]
    public void SortAndDeduplicate_KeepsWhatWasReceivedFirst()
    {
        var prints = Parse("5 4");
        var again = prints[0] with { ReceivedTimeMicros = prints[0].ReceivedTimeMicros - 1 };
        prints.Add(again);

        PrintDeduplicator.SortAndDeduplicate(prints);

        Assert.Equal(again, prints[1]);
    }

    private static List<ReceivedPrint> Parse(string text) =>
    [
        .. text.Split(' ').Select((part, index) =>
        {
            var ids = part.Split('-').Select(long.Parse).ToArray();
            return new ReceivedPrint(new Print(ids[0], ids[^1], 1, 1, 1, 1, TakerSide.Buy), 1, 1_000 + index);
        }),
    ];
}
