using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Feeds.Tests.Replay;

public sealed class TapeReaderTests : IDisposable
{
    // Rows of binance-public-data's README, and what they say, worked out by hand.
    private const string TradeRow = "51175358,17.80180000,5.69000000,101.29224200,1735689600010866,True,True";
    private const string AggregateRow = "7,0.20000000,50.00000000,10,12,1735689600010866,False,True";
    private const string Frame =
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}""";

    private readonly TapeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trades_KeepEveryField()
    {
        var (symbol, received) = Assert.Single(TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2025-01-01.csv", TradeRow + "\n")).Prints);

        Assert.Equal(new Symbol("BTCUSDT"), symbol);
        Assert.Equal(
            new Print(51175358, 51175358, 1735689600010866, 1780180000, 569000000, 10129224200, TakerSide.Sell),
            received.Print);
        Assert.Equal(1735689600010866, received.EventTimeMicros);
        Assert.Equal(1735689600010866, received.ReceivedTimeMicros);
    }

    [Fact]
    public void Trades_TakeTheQuoteQuantityAsPrinted()
    {
        // 0.00000003 × 0.5 would be cut to 0.00000001; the file has the last word.
        var read = TapeFolder.ReadAll(_folder.Plain("SHIBBTC-trades-2024-01-01.csv", "1,0.00000003,0.50000000,0.00000002,1704067200000,True,True\n"));

        Assert.Equal(2, read.Prints.Single().Received.Print.QuoteAmount);
    }

    [Fact]
    public void Aggregates_CoverTheirIds()
    {
        var print = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-aggTrades-2025-01-01.csv", AggregateRow + "\n")).Prints.Single().Received.Print;

        Assert.Equal(new Print(10, 12, 1735689600010866, 20000000, 5000000000, 1000000000, TakerSide.Buy), print);
    }

    [Theory]
    [InlineData("0.12345678", "0.50000000", true)] // 8 + 1 decimals: each trade's quote amount may have been cut
    [InlineData("0.12340000", "0.00010000", false)] // 4 + 4 decimals: nothing to cut
    [InlineData("61837.63000000", "0.00001000", false)] // 2 + 5
    public void Aggregates_AreApproximateOnlyWhereTheExchangeCuts(string price, string quantity, bool approximate)
    {
        var print = TapeFolder.ReadAll(_folder.Plain("XY-aggTrades-2024-01-01.csv", $"1,{price},{quantity},5,6,1704067200000,True,True\n")).Prints.Single().Received.Print;

        Assert.Equal(approximate, print.QuoteIsApproximate);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("zip")]
    public void Packing_MakesNoDifference(string packing)
    {
        var text = Rows(5_000);
        var path = packing switch
        {
            "plain" => _folder.Plain("BTCUSDT-trades-2024-01-01.csv", text),
            "gzip" => _folder.Gzip("BTCUSDT-trades-2024-01-01.csv.gz", text),
            _ => _folder.Zip("BTCUSDT-trades-2024-01-01.zip", ("BTCUSDT-trades-2024-01-01.csv", text)),
        };

        var read = TapeFolder.ReadAll(path);

        Assert.Equal(Enumerable.Range(1, 5_000), read.Prints.Select(print => (int)print.Received.Print.FirstId));
        Assert.Empty(read.DeadLetters);
    }

    [Theory]
    [InlineData("id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch\n")]
    [InlineData("trade_id, price, qty, quote_qty, time, is_buyer_maker, is_best_match\r\n")]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n\n")]
    public void Header_IsToldFromRows(string header)
    {
        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2025-01-01.csv", header + TradeRow + "\n"));

        Assert.Equal(51175358, read.Prints.Single().Received.Print.FirstId);
        Assert.Empty(read.DeadLetters);
    }

    [Theory]
    [InlineData("True", "True", TakerSide.Sell)]
    [InlineData("False", "True", TakerSide.Buy)]
    [InlineData("true", "true", TakerSide.Sell)]
    [InlineData("false", "false", TakerSide.Buy)]
    [InlineData("1", "0", TakerSide.Sell)]
    [InlineData("0", "1", TakerSide.Buy)]
    [InlineData("TRUE", "FALSE", TakerSide.Sell)]
    public void Booleans_ComeInManySpellings(string maker, string best, TakerSide taker)
    {
        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2025-01-01.csv", $"1,1.0,2.0,2.0,1735689600010866,{maker},{best}\n2,1.0,2.0,2.0,1735689600010866,{maker}\n"));

        Assert.Equal([taker, taker], read.Prints.Select(print => print.Received.Print.Taker));
    }

    [Theory]
    [InlineData("1704067200123", 1704067200123000, false)]
    [InlineData("1704067200123456", 1704067200123456, true)]
    public void Times_AreToldByMagnitude(string time, long micros, bool isMicroseconds)
    {
        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2024-01-01.csv", $"1,1.0,2.0,2.0,{time},True,True\n"));

        Assert.Equal(micros, read.Prints.Single().Received.Print.TradeTimeMicros);
        Assert.Equal(isMicroseconds, read.File.IsMicroseconds);
    }

    [Theory]
    [InlineData("1,1.0,2.0,2.0,1704067200000,True,True,9", DeadLetterReason.WrongColumns, "found 8")]
    [InlineData("1,1.0,2.0", DeadLetterReason.WrongColumns, "found 3")]
    [InlineData("x,1.0,2.0,2.0,1704067200000,True,True", DeadLetterReason.Malformed, "expected id to be a whole number, found 'x'")]
    [InlineData("-1,1.0,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadId, "found '-1'")]
    [InlineData("1,0.0,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadPrice, "found '0.0'")]
    [InlineData("1,-1.0,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadPrice, "found '-1.0'")]
    [InlineData("1,1e5,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadPrice, "found '1e5'")]
    [InlineData("1,1.123456789,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadPrice, "at most 8 decimals")]
    [InlineData("1,92233720369,2.0,2.0,1704067200000,True,True", DeadLetterReason.BadPrice, "found '92233720369'")]
    [InlineData("1,1.0,,2.0,1704067200000,True,True", DeadLetterReason.BadQuantity, "found nothing")]
    [InlineData("1,1.0,0,2.0,1704067200000,True,True", DeadLetterReason.BadQuantity, "found '0'")]
    [InlineData("1,1.0,2.0,2.0,1404067200000,True,True", DeadLetterReason.BadTime, "2017")]
    [InlineData("1,1.0,2.0,2.0,4102444800000,True,True", DeadLetterReason.BadTime, "2099")]
    [InlineData("1,1.0,2.0,2.0,9223372036854775807,True,True", DeadLetterReason.BadTime, "2099")]
    [InlineData("1,1.0,2.0,2.0,99999999999999999999,True,True", DeadLetterReason.Malformed, "expected time")]
    [InlineData("1,1.0,2.0,2.0,1704067200000,maybe,True", DeadLetterReason.Malformed, "true or false, found 'maybe'")]
    public void BadRow_IsADeadLetterAndTheRunGoesOn(string bad, DeadLetterReason reason, string error)
    {
        var good = "5,1.00000000,2.00000000,2.00000000,1704067200000,True,True\n";
        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2024-01-01.csv", good + bad + "\n" + good));

        Assert.Equal(2, read.Prints.Count);
        var letter = Assert.Single(read.DeadLetters);
        Assert.Equal(reason, letter.Reason);
        Assert.Contains(error, letter.Error, StringComparison.Ordinal);
        Assert.EndsWith("BTCUSDT-trades-2024-01-01.csv:2", letter.Source, StringComparison.Ordinal);
        Assert.Equal(bad, System.Text.Encoding.UTF8.GetString(letter.Payload.Span));
    }

    [Theory]
    [InlineData("1,1.0,2.0,5,4,1704067200000,True,True", "expected last id to be")]
    [InlineData("1,1.0,2.0,5,2000005,1704067200000,True,True", "expected last id to be")]
    public void BadAggregateRange_IsADeadLetter(string bad, string error)
    {
        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-aggTrades-2024-01-01.csv", AggregateRow + "\n" + bad + "\n"));

        Assert.Single(read.Prints);
        Assert.Contains(error, Assert.Single(read.DeadLetters).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void FastAndCarefulReading_AgreeOnEveryShape()
    {
        // Blanks and quotes send a row to the careful reader; the same row without them takes the fast one.
        var random = new Random(7);
        var plain = new List<string>();
        for (var i = 0; i < 3_000; i++)
        {
            var decimals = random.Next(0, 9);
            string Number(long most) => decimals == 0
                ? $"{random.NextInt64(1, most)}"
                : $"{random.NextInt64(0, most)}.{random.NextInt64(1, (long)Math.Pow(10, decimals)).ToString($"D{decimals}")}";
            plain.Add(string.Join(',', random.NextInt64(0, 999_999_999_999_999_999), Number(9_000_000_000), Number(90_000_000_000), Number(90_000_000_000),
                random.Next(2) == 0 ? 1704067200000 + random.Next() : 1704067200000000 + random.Next(), random.Next(2) == 0 ? "True" : "false", "1"));
        }

        var fast = TapeFolder.ReadAll(_folder.Plain("A-trades-2024-01-01.csv", string.Join('\n', plain) + "\n"));
        var careful = TapeFolder.ReadAll(_folder.Plain("A-trades-2024-01-02.csv", string.Join('\n', plain.Select(row => row.Replace(",", " , ", StringComparison.Ordinal))) + "\n"));

        Assert.Equal(3_000, fast.Prints.Count);
        Assert.Equal(careful.Prints, fast.Prints);
    }

    [Fact]
    public void LinesAcrossBufferEdges_AreWhole()
    {
        // Rows of changing length over several chunks of the reader's buffer.
        var text = string.Concat(Enumerable.Range(1, 30_000).Select(i => $"{i},{i}.5,{new string('1', 1 + (i % 9))}.0,2.0,1704067200000,True,True{(i % 3 == 0 ? "\r\n" : "\n")}"));

        var read = TapeFolder.ReadAll(_folder.Plain("BTCUSDT-trades-2024-01-01.csv", text));

        Assert.Equal(Enumerable.Range(1, 30_000).Select(i => (i, (i * 100_000_000L) + 50_000_000)), read.Prints.Select(print => ((int)print.Received.Print.FirstId, print.Received.Print.Price)));
        Assert.Empty(read.DeadLetters);
    }

    [Theory]
    [InlineData("1723161254087896568 ", 1723161254087896)]
    [InlineData("1723161254087896 ", 1723161254087896)]
    [InlineData("1723161254087\t", 1723161254087000)]
    [InlineData("", 1723161255343000)] // without one, the exchange's send time
    public void Frames_MayCarryAReceiveTime(string prefix, long received)
    {
        var read = TapeFolder.ReadAll(_folder.Plain("any.txt", prefix + Frame + "\n"));

        var (symbol, print) = Assert.Single(read.Prints);
        Assert.Equal(TapeFormat.Frames, read.File.Format);
        Assert.Equal(new Symbol("BTCUSDT"), symbol);
        Assert.Equal(new ReceivedPrint(new Print(3735683259, 3735683259, 1723161255342000, 6183763000000, 2000000, 123675260000, TakerSide.Sell), 1723161255343000, received), print);
    }

    [Fact]
    public void Frames_OfOtherKindsAreCountedNotRefused()
    {
        var text = """
            1723161254087891268 {"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}
            1723161254087891269 {"lastUpdateId":5,"bids":[["1.0","2.0"]],"asks":[]}
            {"result":null,"id":1}

            """ + Frame + "\n";

        var read = TapeFolder.ReadAll(_folder.Plain("any.txt", text));

        Assert.Single(read.Prints);
        Assert.Empty(read.DeadLetters);
        Assert.Equal(3, read.OtherRows);
    }

    [Fact]
    public void Frames_OfSeveralSymbolsKeepTheirOrderAndMayBeLimitedToOne()
    {
        var eth = Frame.Replace("btcusdt", "ethusdt", StringComparison.Ordinal).Replace("BTCUSDT", "ETHUSDT", StringComparison.Ordinal);
        var path = _folder.Plain("any.txt", $"{Frame}\n{eth}\n{Frame}\n");

        Assert.Equal(["BTCUSDT", "ETHUSDT", "BTCUSDT"], TapeFolder.ReadAll(path).Prints.Select(print => print.Symbol.Value));
        var limited = TapeFolder.ReadAll(path, new Symbol("ETHUSDT"));
        Assert.Equal(["ETHUSDT"], limited.Prints.Select(print => print.Symbol.Value));
        Assert.Equal(2, limited.OtherRows);
    }

    [Fact]
    public void BadFrame_IsADeadLetterThatNamesItsLine()
    {
        var read = TapeFolder.ReadAll(_folder.Plain("any.txt", Frame + "\n" + Frame.Replace("61837.63000000", "-1", StringComparison.Ordinal) + "\n"));

        var letter = Assert.Single(read.DeadLetters);
        Assert.Equal(DeadLetterReason.BadPrice, letter.Reason);
        Assert.EndsWith("any.txt:2", letter.Source, StringComparison.Ordinal);
    }

    private static string Rows(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"{i},100.00000000,2.00000000,200.00000000,{1704067200000 + i},True,True\n"));
}
