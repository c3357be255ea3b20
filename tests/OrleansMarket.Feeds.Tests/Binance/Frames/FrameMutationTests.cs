using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;
using static OrleansMarket.Feeds.Tests.Binance.Frames.Samples;

namespace OrleansMarket.Feeds.Tests.Binance.Frames;

/// <summary>Scanner, reader and an independent deserializer agree, on sound frames and on a million broken ones.</summary>
public sealed class FrameMutationTests
{
    private const int Mutations = 1_000_000;

    [Fact]
    public void Parse_AgreesWithJsonSerializerOnTheExchangesShape()
    {
        var parser = Parser();
        var random = new Random(20_240_808);
        for (var i = 0; i < 20_000; i++)
        {
            var text = RandomTrade(random);
            var bytes = Encoding.UTF8.GetBytes(text);
            var expected = JsonSerializer.Deserialize<Envelope>(bytes)!.Data;

            Assert.True(parser.TryParseFast(bytes, i, out var fast), text);
            Assert.Equal(FrameVerdict.Trade, parser.ParseTolerant(bytes, i, out var tolerant));

            Assert.Equal(tolerant, fast);
            var spec = fast.Spec!;
            var print = fast.Received.Print;
            Assert.Equal(expected.Symbol, spec.Symbol.Value);
            Assert.Equal(expected.Id, print.FirstId);
            Assert.Equal(expected.Id, print.LastId);
            Assert.Equal(decimal.Parse(expected.Price, System.Globalization.CultureInfo.InvariantCulture), spec.Price(print.Price));
            Assert.Equal(decimal.Parse(expected.Quantity, System.Globalization.CultureInfo.InvariantCulture), spec.Quantity(print.Quantity));
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(expected.TradeTime), Micros.ToInstant(print.TradeTimeMicros));
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(expected.EventTime), Micros.ToInstant(fast.Received.EventTimeMicros));
            Assert.Equal(expected.BuyerIsMaker, print.Taker == TakerSide.Sell);
        }
    }

    [Fact]
    public void Parse_AccountsForAMillionMutatedFrames()
    {
        var parser = Parser(aggregates: true);
        var random = new Random(42);
        var pool = Enumerable.Range(0, 256).Select(_ => Encoding.UTF8.GetBytes(RandomTrade(random)))
            .Append(Utf8("""{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":0,"p":"1","q":"1.5","T":1723161255342,"m":false,"M":true}"""))
            .Append(Utf8("""{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63","B":"3.78","a":"61837.64","A":"1.54"}}"""))
            .Append(Utf8("""{"e":"aggTrade","E":1723161255343,"s":"BTCUSDT","a":77,"p":"1","q":"3","f":100,"l":105,"T":1723161255342,"m":false,"M":true}"""))
            .ToArray();
        var verdicts = new long[3];
        var buffer = new byte[1_024];
        for (var i = 0; i < Mutations; i++)
        {
            var frame = buffer.AsSpan(0, Mutate(random, pool[random.Next(pool.Length)], buffer));

            var verdict = parser.Parse(frame, i, out var result);

            verdicts[(int)verdict]++;
            Assert.Equal(verdict, result.Verdict);
            switch (verdict)
            {
                case FrameVerdict.Trade:
                    Assert.Equal(FrameVerdict.Trade, parser.ParseTolerant(frame, i, out var tolerant));
                    Assert.Equal(tolerant, result);
                    AssertPlausible(result);
                    break;
                case FrameVerdict.Rejected:
                    Assert.NotEqual(FrameFault.None, result.Fault);
                    break;
                default:
                    Assert.NotEqual(FrameKind.Unknown, result.Kind);
                    break;
            }

            if (verdict != FrameVerdict.Trade && i % 16 == 0)
            {
                AssertNotATradeForTheSerializer(frame, result);
                Assert.Equal(verdict == FrameVerdict.Rejected, result.Explain(frame).Length > 0);
            }
        }

        Assert.Equal(Mutations, verdicts.Sum());
        Assert.All(verdicts, count => Assert.InRange(count, 1_000, Mutations));
    }

    private static void AssertPlausible(in BinanceFrame frame)
    {
        var print = frame.Received.Print;
        Assert.InRange(print.Price, frame.Spec!.MinPrice, frame.Spec.MaxPrice);
        Assert.InRange(print.Quantity, frame.Spec.MinQuantity, frame.Spec.MaxQuantity);
        Assert.InRange(print.FirstId, 0, print.LastId);
        Assert.InRange(print.TradeTimeMicros, Micros.Earliest, Micros.Latest - 1);
    }

    // What we call malformed JSON must be so for JsonDocument too, and the reverse.
    private static void AssertNotATradeForTheSerializer(ReadOnlySpan<byte> frame, in BinanceFrame result)
    {
        var bytes = frame.ToArray();
        bool isJson;
        try
        {
            JsonDocument.Parse(bytes).Dispose();
            isJson = System.Text.Unicode.Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            isJson = false;
        }

        if (result.Fault is FrameFault.NotJson or FrameFault.NotUtf8 or FrameFault.Empty)
        {
            // Half a surrogate pair is syntax to JsonDocument and an error to us; nothing else may differ.
            Assert.True(!isJson || bytes.AsSpan().IndexOf("\\u"u8) >= 0, Encoding.UTF8.GetString(bytes));
        }
        else
        {
            Assert.True(isJson, Encoding.UTF8.GetString(bytes));
        }
    }

    private static string RandomTrade(Random random)
    {
        var spec = All[random.Next(All.Count)];
        var time = random.NextInt64(1_600_000_000_000, 1_900_000_000_000);
        var price = spec.Price(random.NextInt64(1, 1L << random.Next(1, 40)));
        var quantity = spec.Quantity(random.NextInt64(1, 1L << random.Next(1, 29)));
        var name = spec.Symbol.Value;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$$"""{"stream":"{{{name.ToLowerInvariant()}}}@trade","data":{"e":"trade","E":{{{time + random.Next(300)}}},"s":"{{{name}}}","t":{{{random.NextInt64(1L << random.Next(1, 50))}}},"p":"{{{price:0.00000000}}}","q":"{{{quantity:0.00000000}}}","T":{{{time}}},"m":{{{(random.Next(2) == 0 ? "true" : "false")}}},"M":true}}""");
    }

    private static int Mutate(Random random, byte[] source, byte[] target)
    {
        source.CopyTo(target, 0);
        var length = source.Length;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(length);
            switch (random.Next(8))
            {
                case 0: // a bit
                    target[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1: // a digit for a digit: stays JSON, changes the meaning
                case 2:
                    at = NextDigit(target, at, length);
                    target[at] = (byte)('0' + random.Next(10));
                    break;
                case 3: // cut short
                    length = Math.Max(1, at);
                    break;
                case 4: // a byte more
                    target.AsSpan(at, length - at).CopyTo(target.AsSpan(at + 1));
                    target[at] = " \t-.,:\"\\{}[]019eE+xu"u8[random.Next(20)];
                    length++;
                    break;
                case 5: // a byte less
                    target.AsSpan(at + 1, length - at - 1).CopyTo(target.AsSpan(at));
                    length = Math.Max(1, length - 1);
                    break;
                case 6: // a field name
                    at = target.AsSpan(at, length - at).IndexOf("\":"u8) is var colon and > 0 ? at + colon - 1 : at;
                    target[at] = "eEstpqTmMafl"u8[random.Next(12)];
                    break;
                default: // a piece elsewhere
                    var piece = Math.Min(random.Next(1, 20), Math.Min(length - at, target.Length - length));
                    var to = random.Next(length - piece + 1);
                    target.AsSpan(at, piece).CopyTo(target.AsSpan(to));
                    break;
            }
        }

        return length;
    }

    private static int NextDigit(byte[] bytes, int at, int length)
    {
        for (var i = at; i < length; i++)
        {
            if (char.IsAsciiDigit((char)bytes[i]))
            {
                return i;
            }
        }

        return at;
    }

    private sealed record Envelope([property: JsonPropertyName("stream")] string Stream, [property: JsonPropertyName("data")] TradeEvent Data);

    private sealed record TradeEvent(
        [property: JsonPropertyName("E")] long EventTime,
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("t")] long Id,
        [property: JsonPropertyName("p")] string Price,
        [property: JsonPropertyName("q")] string Quantity,
        [property: JsonPropertyName("T")] long TradeTime,
        [property: JsonPropertyName("m")] bool BuyerIsMaker);
}
