using System.Text;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class BadLineFinderTests
{
    [Fact]
    public void Judge_FindsWhatTheServerQuotes()
    {
        // As InfluxDB 1.6.7 words it.
        var verdict = Judge(
            ["a f=1 1", "b f=x 2", "c f=\"': it's\" 3", "d f=y 4"],
            "partial write: unable to parse 'b f=x 2': invalid boolean\nunable to parse 'd f=y 4': invalid boolean dropped=0");

        Assert.Equal([new BadLine("b f=x 2", "invalid boolean"), new BadLine("d f=y 4", "invalid boolean")], verdict.Bad);
        Assert.Equal(["a f=1 1\nc f=\"': it's\" 3\n"], verdict.Next);
    }

    [Fact]
    public void Judge_HalvesWhatTheServerDoesNotQuote()
    {
        var verdict = Judge(["a f=1 1", "b f=2 2", "c f=3 3"], "partial write: field type conflict: input field \"f\" on measurement \"b\" is type float, already exists as type string dropped=1");

        Assert.Empty(verdict.Bad);
        Assert.Equal(["a f=1 1\n", "b f=2 2\nc f=3 3\n"], verdict.Next);
    }

    [Fact]
    public void Judge_SetsAsideTheLastOne()
    {
        var verdict = Judge(["b f=2 2"], "field type conflict");

        Assert.Equal([new BadLine("b f=2 2", "field type conflict")], verdict.Bad);
        Assert.Empty(verdict.Next);
    }

    [Fact]
    public void Judge_BelievesTheServerThatAllAreBad()
    {
        var verdict = Judge(["a f=1 1", "b f=2 2"], "failure writing points to database: partial write: points beyond retention policy dropped=2");

        Assert.Equal(["a f=1 1", "b f=2 2"], verdict.Bad.Select(bad => bad.Line));
        Assert.Empty(verdict.Next);
    }

    [Fact]
    public void Judge_HalvesWhatIsTooLarge()
    {
        var lines = Encoding.UTF8.GetBytes("a f=1 1\nb f=2 2\n");

        var verdict = BadLineFinder.Judge(lines, new SeriesOutcome(SeriesStatus.TooLarge, "too large for the server (413)"));
        Assert.Equal(2, verdict.Next.Count);
        Assert.Equal("too large for the server (413)", BadLineFinder.Judge(verdict.Next[0], new SeriesOutcome(SeriesStatus.TooLarge, "too large for the server (413)")).Bad.Single().Reason);
    }

    private static (IReadOnlyList<BadLine> Bad, string[] Next) Judge(string[] lines, string said)
    {
        var verdict = BadLineFinder.Judge(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), new SeriesOutcome(SeriesStatus.Rejected, said));
        return (verdict.Bad, [.. verdict.Next.Select(part => Encoding.UTF8.GetString(part.Span))]);
    }
}
