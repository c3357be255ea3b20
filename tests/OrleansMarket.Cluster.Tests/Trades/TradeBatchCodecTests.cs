using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Trades;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Trades;

public sealed class TradeBatchCodecTests
{
    private const long Start = 1_723_100_000_000_000;

    // Written by a program of its own from the description of version 1. These bytes never change: later builds read them too.
    private const string Version1 =
        "012503070400C8010080E0CCB6CFC98F0680B6DC05B960D00F8887CDB6CFC98F063F01800602F40301E0A712E807C801510900C3040407C0C40700FF18";

    private static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5);

    private static readonly ReceivedPrint[] Version1Prints =
    [
        new(Print.Trade(Spec, 100, Start, 6_000_000, 12_345, TakerSide.Buy), Start + 1_000, Start + 2_500),
        new(Print.Trade(Spec, 101, Start, 6_000_000, 1, TakerSide.Sell), Start + 1_000, Start + 2_500),
        new(new Print(105, 107, Start + 250, 5_999_999, 300_000, Spec.QuoteAmount(5_999_999, 300_000), TakerSide.Buy, true), Start + 1_750, Start + 2_600),
        new(new Print(103, 103, Start - 40, 6_000_001, 7, 123_456, TakerSide.Sell), Start - 140, Start + 2_600),
    ];

    [Fact]
    public void Encode_WritesVersion1AsDescribed() => Convert.ToHexString(TradeBatchCodec.Encode(Spec, 3, 7, Version1Prints)).ShouldBe(Version1);

    [Fact]
    public void Decode_ReadsVersion1()
    {
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(Convert.FromHexString(Version1), Spec, buffer).ShouldBe(TradeBatchVerdict.Read, buffer.Error);

        buffer.Header.ShouldBe(new TradeBatchHeader(1, 3, 7, 2, 5, 4));
        buffer.Prints.ToArray().ShouldBe(Version1Prints);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 5)]
    [InlineData(8, 8)]
    public void Decode_GivesBackWhatWasEncoded(int priceDecimals, int quantityDecimals)
    {
        var spec = new SymbolSpec(Spec.Symbol, priceDecimals, quantityDecimals);
        var random = new Random(7);
        var buffer = new TradeBatchBuffer();
        for (var round = 0; round < 200; round++)
        {
            var prints = AnyPrints(spec, random, random.Next(1, 50));

            TradeBatchCodec.Decode(TradeBatchCodec.Encode(spec, round, round * 1_000_000_007L, prints), spec, buffer).ShouldBe(TradeBatchVerdict.Read, buffer.Error);

            buffer.Prints.ToArray().ShouldBe(prints);
            buffer.Header.Shard.ShouldBe(round);
            buffer.Header.Epoch.ShouldBe(round * 1_000_000_007L);
        }
    }

    [Fact]
    public void Encode_HoldsTheMostPrintsWithTheLargestNumbers()
    {
        var extreme = new ReceivedPrint(
            new Print(long.MaxValue - 1, long.MaxValue - 1, Micros.Latest - 1, long.MaxValue, long.MaxValue, Int128.MaxValue, TakerSide.Sell), long.MinValue, long.MaxValue);
        var other = new ReceivedPrint(new Print(0, long.MaxValue - 1, Micros.Earliest, 1, 1, 0, TakerSide.Buy, true), long.MaxValue, long.MinValue);
        var prints = Enumerable.Range(0, TradeBatchCodec.MaxPrints).Select(i => i % 2 == 0 ? extreme : other).ToArray();
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(TradeBatchCodec.Encode(Spec, int.MaxValue, long.MaxValue, prints), Spec, buffer).ShouldBe(TradeBatchVerdict.Read, buffer.Error);

        buffer.Prints.SequenceEqual(prints).ShouldBeTrue();
    }

    [Fact]
    public void Encode_TakesFewBytesForATypicalTrade()
    {
        var random = new Random(3);
        var time = Start;
        var price = 6_000_000L;
        var prints = new ReceivedPrint[200];
        for (var i = 0; i < prints.Length; i++)
        {
            time += random.Next(2) * 1_000 * random.Next(20);
            price += random.Next(-3, 4);
            prints[i] = new(Print.Trade(Spec, 1_000 + i, time, price, random.Next(1, 200_000), (TakerSide)random.Next(2)), time + 1_000, time + 40_000 + random.Next(500));
        }

        TradeBatchCodec.Encode(Spec, 0, 1, prints).Length.ShouldBeLessThan(prints.Length * 12);
    }

    [Fact]
    public void Decode_RefusesANewerVersion_AndSaysWhatToDo()
    {
        var payload = Convert.FromHexString(Version1);
        payload[0] = TradeBatchCodec.Version + 1;
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(payload, Spec, buffer).ShouldBe(TradeBatchVerdict.NewerVersion);

        buffer.Error.ShouldBe("expected trades in version 1 of the encoding, found version 2: update this silo to the build that wrote them");
        buffer.Prints.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Decode_WidensToTheReadersScale()
    {
        var finer = new SymbolSpec(Spec.Symbol, 4, 6);
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(Convert.FromHexString(Version1), finer, buffer).ShouldBe(TradeBatchVerdict.Read, buffer.Error);

        var first = buffer.Prints[0].Print;
        finer.Price(first.Price).ShouldBe(60_000m);
        finer.Quantity(first.Quantity).ShouldBe(0.12345m);
        finer.Quote(first.QuoteAmount).ShouldBe(7_407m);
        finer.Quote(buffer.Prints[3].Print.QuoteAmount).ShouldBe(Spec.Quote(123_456));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 4)]
    public void Decode_RefusesAScaleThatWouldCutDigits(int priceDecimals, int quantityDecimals)
    {
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(Convert.FromHexString(Version1), new SymbolSpec(Spec.Symbol, priceDecimals, quantityDecimals), buffer).ShouldBe(TradeBatchVerdict.OtherScale);

        buffer.Error.ShouldNotBeNull().ShouldContain("BTCUSDT");
    }

    [Fact]
    public void Decode_RefusesNumbersThatOverflowTheReadersScale()
    {
        ReceivedPrint[] prints = [new(Print.Trade(Spec, 1, Start, long.MaxValue / 10, 1, TakerSide.Buy), Start, Start)];
        var buffer = new TradeBatchBuffer();

        TradeBatchCodec.Decode(TradeBatchCodec.Encode(Spec, 0, 0, prints), new SymbolSpec(Spec.Symbol, 4, 5), buffer).ShouldBe(TradeBatchVerdict.OtherScale);
    }

    [Fact]
    public void Decode_JudgesAnyBytes()
    {
        var random = new Random(11);
        var valid = TradeBatchCodec.Encode(Spec, 3, 7, AnyPrints(Spec, random, 60));
        var buffer = new TradeBatchBuffer();
        var refused = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = Spoil(valid, random, round);

            if (TradeBatchCodec.Decode(bytes, Spec, buffer) != TradeBatchVerdict.Read)
            {
                refused++;
                buffer.Prints.IsEmpty.ShouldBeTrue();
                buffer.Error.ShouldNotBeNullOrEmpty();
                continue;
            }

            foreach (var received in buffer.Prints)
            {
                received.Print.Price.ShouldBePositive();
                received.Print.Quantity.ShouldBePositive();
                received.Print.LastId.ShouldBeGreaterThanOrEqualTo(received.Print.FirstId);
                received.Print.TradeTimeMicros.ShouldBeInRange(Micros.Earliest, Micros.Latest - 1);
            }
        }

        refused.ShouldBeGreaterThan(25_000);
    }

    [Fact]
    public void Decode_RefusesEveryCutAndEveryTail()
    {
        var valid = Convert.FromHexString(Version1);
        var buffer = new TradeBatchBuffer();
        for (var length = 0; length < valid.Length; length++)
        {
            TradeBatchCodec.Decode(valid.AsSpan(0, length), Spec, buffer).ShouldBe(TradeBatchVerdict.Malformed);
        }

        TradeBatchCodec.Decode([.. valid, 0], Spec, buffer).ShouldBe(TradeBatchVerdict.Malformed);
    }

    [Fact]
    public void Encode_RefusesNoneAndTooMany()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => TradeBatchCodec.Encode(Spec, 0, 0, []));
        Should.Throw<ArgumentOutOfRangeException>(() => TradeBatchCodec.Encode(Spec, 0, 0, new ReceivedPrint[TradeBatchCodec.MaxPrints + 1]));
    }

    private static byte[] Spoil(byte[] valid, Random random, int round)
    {
        if (round % 3 == 0)
        {
            var noise = new byte[random.Next(0, 200)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = valid.AsSpan(0, round % 3 == 1 ? valid.Length : random.Next(valid.Length)).ToArray();
        for (var change = random.Next(1, 4); change > 0 && bytes.Length > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static ReceivedPrint[] AnyPrints(SymbolSpec spec, Random random, int count)
    {
        var prints = new ReceivedPrint[count];
        for (var i = 0; i < count; i++)
        {
            var first = random.NextInt64(0, random.Next(3) == 0 ? long.MaxValue / 2 : 100);
            var last = first + (random.Next(3) == 0 ? random.NextInt64(0, 5) : 0);
            var time = Start + random.NextInt64(-1_000_000, 1_000_000);
            var (price, quantity) = (random.NextInt64(1, 10_000_000), random.NextInt64(1, 10_000_000));
            var quote = random.Next(3) == 0 ? new Int128((ulong)random.NextInt64(0, 3), (ulong)random.NextInt64()) : spec.QuoteAmount(price, quantity);
            prints[i] = new(
                new Print(first, last, time, price, quantity, quote, (TakerSide)random.Next(2), random.Next(4) == 0),
                time + random.NextInt64(-500, 500), random.Next(9) == 0 ? 0 : time + random.NextInt64(100_000));
        }

        return prints;
    }
}
