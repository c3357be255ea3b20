using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;
using static OrleansMarket.Feeds.Tests.Binance.Frames.Samples;

namespace OrleansMarket.Feeds.Tests.Binance.Frames;

public sealed class BinanceFrameParserTests
{
    [Fact]
    public void Parse_ReadsEveryFieldOfARecordedFrame()
    {
        var verdict = Parser().Parse(Utf8(Trade), ReceivedMicros, out var frame);

        Assert.Equal(FrameVerdict.Trade, verdict);
        Assert.Same(Btc, frame.Spec);
        var print = new Print(3735683259, 3735683259, 1723161255342000, 6183763, 2000, 12367526000, TakerSide.Sell);
        Assert.Equal(new ReceivedPrint(print, 1723161255343000, ReceivedMicros), frame.Received);
        Assert.Equal(1236.7526m, Btc.Quote(frame.Received.Print.QuoteAmount));
    }

    [Theory]
    [InlineData("""{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false,"M":true}""")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false,"M":false}}""")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343000,"s":"BTCUSDT","t":0,"p":"1.00","q":"1.50000000","T":1723161255342000,"m":false,"M":true}}""")]
    [InlineData("""{"data":{"t":0,"p":"1","E":1723161255343,"q":"1.5","T":1723161255342,"m":false,"e":"trade","s":"BTCUSDT"},"stream":"btcusdt@trade"}""")]
    [InlineData(" {\t\"e\" : \"trade\" ,\n\"E\":1723161255343,\"s\":\"BTCUSDT\",\"t\":0,\"p\":\"1\",\"q\":\"1.5\",\"T\":1723161255342,\"m\":false}\r\n ")]
    [InlineData("""{"e":"\u0074rade","E":1723161255343,"\u0073":"BTC\u0055SDT","t":0,"p":"\u0031","q":"1\u002e5","T":1723161255342,"m":false,"M":true}""")]
    [InlineData("""{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":0,"p":"1","q":"1.5","b":88,"a":{"x":[1,{"t":7}]},"T":1723161255342,"m":false,"M":true,"new":null}""")]
    [InlineData("""{"e":"trade","E":1,"E":1723161255343,"s":"X","s":"BTCUSDT","t":"no","t":0,"p":"9","p":"1","q":"1.5","T":1723161255342,"m":false,"M":true}""")]
    [InlineData("""{"e":"trade","E":1723161255343,"s":"btcusdt","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false,"M":true}""")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trade"},"data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false,"M":true}}""")]
    public void Parse_TakesTheSameTradeHoweverItIsWritten(string text)
    {
        var verdict = Parser().Parse(Utf8(text), ReceivedMicros, out var frame);

        Assert.Equal(FrameVerdict.Trade, verdict);
        Assert.Equal(new Print(0, 0, 1723161255342000, 100, 150000, 15000000, TakerSide.Buy), frame.Received.Print);
        Assert.Equal(1723161255343000, frame.Received.EventTimeMicros);
    }

    [Fact]
    public void Parse_TakesTheTradeTimeWhereNoEventTimeIsGiven()
    {
        Parser().Parse(Utf8("""{"e":"trade","s":"BTCUSDT","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false}"""), ReceivedMicros, out var frame);

        Assert.Equal(1723161255342000, frame.Received.EventTimeMicros);
    }

    [Fact]
    public void Parse_FindsNonAsciiSymbols()
    {
        Assert.Equal(FrameVerdict.Trade, Parser().Parse(
            Utf8("""{"stream":"币安人生usdt@trade","data":{"e":"trade","E":1763161255343,"s":"币安人生USDT","t":1,"p":"0.12345","q":"0.1","T":1763161255342,"m":true,"M":true}}"""), 0, out var chinese));
        Assert.Same(Chinese, chinese.Spec);

        Assert.Equal(FrameVerdict.Trade, Parser().Parse(
            Utf8("""{"stream":"étéusdt@trade","data":{"e":"trade","E":1763161255343,"s":"ÉTÉUSDT","t":1,"p":"0.1234","q":"0.1","T":1763161255342,"m":true,"M":true}}"""), 0, out var accented));
        Assert.Same(Accented, accented.Spec);
    }

    [Theory]
    [InlineData("""{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63","B":"3.78","a":"61837.64","A":"1.54"}}""", FrameKind.BookTicker)]
    [InlineData("""{"u":50093239212,"s":"BTCUSDT","b":"61837.63","B":"3.78","a":"61837.64","A":"1.54"}""", FrameKind.BookTicker)]
    [InlineData("""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":1,"u":2,"b":[["1.0","2.0"]],"a":[]}}""", FrameKind.Depth)]
    [InlineData("""{"lastUpdateId":50093239218,"bids":[["61837.63","3.78"]],"asks":[]}""", FrameKind.Snapshot)]
    [InlineData("""{"stream":"btcusdt@depth5","data":{"lastUpdateId":5,"bids":[],"asks":[]}}""", FrameKind.Snapshot)]
    [InlineData("""{"result":null,"id":1}""", FrameKind.ControlAnswer)]
    [InlineData("""{"result":["btcusdt@trade"],"id":3}""", FrameKind.ControlAnswer)]
    [InlineData("""{"code":2,"msg":"Invalid request: unknown variant","id":1}""", FrameKind.ControlAnswer)]
    [InlineData("""{"error":{"code":2,"msg":"Invalid request"},"id":"x"}""", FrameKind.ControlAnswer)]
    [InlineData("""{"e":"serverShutdown","E":1770123456789}""", FrameKind.ServerShutdown)]
    [InlineData("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}""", FrameKind.ServerShutdown)]
    [InlineData("""{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1}}}""", FrameKind.Other)]
    [InlineData("""{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker"}]}""", FrameKind.Other)]
    [InlineData("""[{"e":"24hrMiniTicker"}]""", FrameKind.Other)]
    [InlineData("""{"stream":"btcusdt@referencePrice","data":{"s":"BTCUSDT","r":"1"}}""", FrameKind.Other)]
    [InlineData("""{"e":"aggTrade","E":1,"s":"BTCUSDT","a":1,"p":"1","q":"1","f":1,"l":2,"T":1,"m":true}""", FrameKind.AggregateTrade)]
    public void Parse_TellsWhatIsNotATrade(string text, FrameKind kind)
    {
        Assert.Equal(FrameVerdict.NotATrade, Parser().Parse(Utf8(text), ReceivedMicros, out var frame));
        Assert.Equal(kind, frame.Kind);
    }

    [Theory]
    [InlineData("", DeadLetterReason.Malformed, "empty")]
    [InlineData("nonsense", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("42", DeadLetterReason.Malformed, "expected a JSON object, found 42")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trade","E":1723""", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("""{"stream":"btcusdt@trade","data":5}""", DeadLetterReason.Malformed, "'d' to be an object")]
    [InlineData("""{"stream":"btcusdt@trade"}""", DeadLetterReason.MissingField, "'d'")]
    [InlineData("""{"stream":["btcusdt@trade","data":{}}""", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("{}", DeadLetterReason.MissingField, "'e'")]
    [InlineData("""{"stream":"btcusdt@trade","data":{}}""", DeadLetterReason.MissingField, "'e'")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trbde"}}""", DeadLetterReason.Malformed, "found trbde")]
    [InlineData("""{"e":7}""", DeadLetterReason.Malformed, "'e' to be text, found 7")]
    public void Parse_RejectsWhatIsNoFrame(string text, DeadLetterReason reason, string error) => AssertRejected(text, reason, error);

    [Theory]
    [InlineData("\"s\":\"BTCUSDT\"", "\"s\":\"DOGEUSDT\"", DeadLetterReason.UnknownSymbol, "found DOGEUSDT")]
    [InlineData("\"s\":\"BTCUSDT\"", "\"s\":\"ETHUSDT\"", DeadLetterReason.Malformed, "same symbol, found ETHUSDT")]
    [InlineData("\"s\":\"BTCUSDT\",", "", DeadLetterReason.MissingField, "'s'")]
    [InlineData("\"t\":3735683259,", "", DeadLetterReason.MissingField, "'t'")]
    [InlineData("\"m\":true,", "", DeadLetterReason.MissingField, "'m'")]
    [InlineData("3735683259", "-1", DeadLetterReason.BadId, "found -1")]
    [InlineData("3735683259", "9223372036854775807", DeadLetterReason.BadId, "an id from 0 to 999999999999999999 and a range in order, found 9223372036854775807")]
    [InlineData("3735683259", "\"3735683259\"", DeadLetterReason.Malformed, "'t' to be a whole number")]
    [InlineData("3735683259", "3.5", DeadLetterReason.Malformed, "found 3.5")]
    [InlineData("3735683259", "9223372036854775808", DeadLetterReason.Malformed, "at most 64 bits")]
    [InlineData("3735683259", "03735683259", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("1723161255342", "0", DeadLetterReason.BadTime, "'T' between 2017 and 2099")]
    [InlineData("1723161255342", "1483228799999", DeadLetterReason.BadTime, "found 1483228799999")]
    [InlineData("1723161255342", "4102444800000", DeadLetterReason.BadTime, "found")]
    [InlineData("1723161255342", "9223372036854775807", DeadLetterReason.BadTime, "found")]
    [InlineData("1723161255342", "-9223372036854775807", DeadLetterReason.BadTime, "found")]
    [InlineData("1723161255343", "5", DeadLetterReason.BadTime, "'E'")]
    [InlineData("1723161255342", "3723161255342", DeadLetterReason.BadTime, "'T' within an hour of field 'E', found 3723161255342")]
    [InlineData("1723161255342", "1723157655342", DeadLetterReason.BadTime, "'T' within an hour of field 'E', found 1723157655342")]
    [InlineData("\"61837.63000000\"", "\"0.00\"", DeadLetterReason.BadPrice, "found 0.00")]
    [InlineData("\"61837.63000000\"", "\"-1\"", DeadLetterReason.BadPrice, "expected a price from 0.01 to 92233720368547758.07 with at most 2 decimals, found -1")]
    [InlineData("\"61837.63000000\"", "\"61837.635\"", DeadLetterReason.BadPrice, "found 61837.635")]
    [InlineData("\"61837.63000000\"", "\"1e5\"", DeadLetterReason.BadPrice, "found 1e5")]
    [InlineData("\"61837.63000000\"", "\"\"", DeadLetterReason.BadPrice, "found nothing")]
    [InlineData("\"61837.63000000\"", "61837.63", DeadLetterReason.Malformed, "a number in quotes, found 61837.63")]
    [InlineData("\"61837.63000000\"", "null", DeadLetterReason.Malformed, "found null")]
    [InlineData("\"0.02000000\"", "\"9000.00001\"", DeadLetterReason.BadQuantity, "from 0.00001 to 9000.00000")]
    [InlineData("\"0.02000000\"", "\"0\"", DeadLetterReason.BadQuantity, "found 0")]
    [InlineData("\"0.02000000\"", "\"99999999999999999999999999999999999999\"", DeadLetterReason.BadQuantity, "found 9999")]
    [InlineData("\"m\":true", "\"m\":1", DeadLetterReason.Malformed, "'m' to be true or false, found 1")]
    [InlineData("}}", "}}x", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("}}", "}", DeadLetterReason.Malformed, "no valid JSON")]
    [InlineData("\"BTCUSDT\"", "\"\\ud800\"", DeadLetterReason.Malformed, "no valid JSON")]
    public void Parse_RejectsTradesThatCannotBe(string from, string to, DeadLetterReason reason, string error) =>
        AssertRejected(Trade.Replace(from, to, StringComparison.Ordinal), reason, error);

    [Theory]
    [InlineData("1483228800000")] // the first instant inside
    [InlineData("4102444799999")] // the last
    [InlineData("4102444799999999")]
    public void Parse_TakesTimesUpToTheBounds(string time) =>
        Assert.Equal(FrameVerdict.Trade, Parser().Parse(
            Utf8(Trade.Replace("1723161255342", time, StringComparison.Ordinal).Replace("1723161255343", time, StringComparison.Ordinal)), 0, out _));

    [Fact]
    public void Parse_SurvivesDeepNestingAndInvalidUtf8()
    {
        AssertRejected(new string('[', 100_000), DeadLetterReason.Malformed, "no valid JSON");
        AssertRejected("{\"x\":" + string.Concat(Enumerable.Repeat("{\"x\":", 5_000)), DeadLetterReason.Malformed, "no valid JSON");

        var bytes = Utf8(Trade);
        bytes[Trade.IndexOf("btcusdt", StringComparison.Ordinal)] = 0xFF;
        Assert.Equal(FrameVerdict.Rejected, Parser().Parse(bytes, 0, out var frame));
        Assert.Equal("expected UTF-8, found other bytes", frame.Explain(bytes));
    }

    [Fact]
    public void Parse_ReadsAggregatesWhereAsked()
    {
        const string Text = """{"stream":"1000satsusdt@aggTrade","data":{"e":"aggTrade","E":1723161255343,"s":"1000SATSUSDT","a":77,"p":"0.00021345","q":"3","f":100,"l":105,"T":1723161255342,"m":false,"M":true}}""";

        Assert.Equal(FrameVerdict.Trade, Parser(aggregates: true).Parse(Utf8(Text), 1, out var frame));

        Assert.Equal(FrameKind.AggregateTrade, frame.Kind);
        Assert.Equal(new Print(100, 105, 1723161255342000, 21345, 3, 64035, TakerSide.Buy), frame.Received.Print);
    }

    [Theory]
    [InlineData("\"f\":100", "\"f\":-1", "'f'")]
    [InlineData("\"l\":105", "\"l\":99", "'l'")]
    [InlineData("\"l\":105", "\"l\":9223372036854775807", "'l'")]
    [InlineData("\"a\":77", "\"a\":-2", "'a'")]
    public void Parse_RejectsImpossibleAggregates(string from, string to, string error)
    {
        const string Text = """{"e":"aggTrade","E":1723161255343,"s":"BTCUSDT","a":77,"p":"1","q":"3","f":100,"l":105,"T":1723161255342,"m":false,"M":true}""";
        var bytes = Utf8(Text.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(FrameVerdict.Rejected, Parser(aggregates: true).Parse(bytes, 1, out var frame));
        Assert.Equal(DeadLetterReason.BadId, frame.Reason);
        Assert.Contains(error, frame.Explain(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_NeverCarriesControlCharactersAndStaysShort()
    {
        var bytes = Utf8(Trade.Replace("\"BTCUSDT\"", "\"" + new string('x', 500) + "\\u001b[2J\\n\"", StringComparison.Ordinal));
        Parser().Parse(bytes, 0, out var frame);

        var text = frame.Explain(bytes);

        Assert.DoesNotContain(text, char.IsControl);
        Assert.InRange(text.Length, 1, 200);
    }

    [Fact]
    public void ToDeadLetter_KeepsThePayloadAndCutsALongOne()
    {
        var parser = Parser();
        var bytes = Utf8(Trade.Replace("61837.63000000", "-1", StringComparison.Ordinal));
        parser.Parse(bytes, 7, out var frame);
        var letter = frame.ToDeadLetter(bytes, 7, "stream.example");
        Assert.Equal((DeadLetterReason.BadPrice, "BTCUSDT", 7, "stream.example"), (letter.Reason, letter.Symbol, letter.ReceivedTimeMicros, letter.Source));
        Assert.Equal(bytes, letter.Payload.ToArray());

        var huge = Utf8(new string('x', 100_000));
        parser.Parse(huge, 7, out frame);
        letter = frame.ToDeadLetter(huge, 7, "s");
        Assert.Equal(DeadLetter.MaxPayloadBytes, letter.Payload.Length);
        Assert.Contains("100000 bytes is cut", letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AllocatesNothing()
    {
        var parser = Parser(aggregates: true);
        byte[][] frames =
        [
            Utf8(Trade),
            Utf8("""{"data":{"e":"trade","s":"BTCUSDT","t":0,"p":"1","q":"\u0031","T":1723161255342,"m":false},"stream":"btcusdt@trade"}"""),
            Utf8("""{"u":50093239212,"s":"BTCUSDT","b":"61837.63","B":"3.78","a":"61837.64","A":"1.54"}"""),
            Utf8(Trade.Replace("61837.63000000", "-1", StringComparison.Ordinal)),
        ];
        foreach (var frame in frames)
        {
            parser.Parse(frame, 0, out _);
        }

        // The runtime may load a class in between, but not each time.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
            {
                parser.Parse(frames[i & 3], 0, out BinanceFrame _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Parse_DiscoversSymbolsWhereTheTableDoes()
    {
        var asked = new List<Symbol>();
        var parser = new BinanceFrameParser(new SymbolTable([], symbol =>
        {
            asked.Add(symbol);
            return symbol.Value.EndsWith("USDT", StringComparison.Ordinal) ? SymbolSpec.Widest(symbol) : null;
        }));

        Assert.Equal(FrameVerdict.Trade, parser.Parse(Utf8(Trade), 0, out _));
        Assert.Equal(FrameVerdict.Trade, parser.Parse(Utf8(Trade), 0, out _));
        Assert.Equal([new Symbol("BTCUSDT")], asked);
        Assert.Equal(FrameVerdict.Rejected, parser.Parse(
            Utf8("""{"e":"trade","s":"BTCEUR","t":0,"p":"1","q":"1","T":1723161255342,"m":false}"""), 0, out _));
    }

    private static void AssertRejected(string text, DeadLetterReason reason, string error)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(FrameVerdict.Rejected, Parser().Parse(bytes, ReceivedMicros, out var frame));

        Assert.Equal(reason, frame.Reason);
        Assert.Contains(error, frame.Explain(bytes), StringComparison.Ordinal);
    }
}
