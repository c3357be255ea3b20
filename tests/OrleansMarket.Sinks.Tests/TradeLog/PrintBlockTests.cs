using System.Buffers;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class PrintBlockTests
{
    public static TheoryData<int, int, int, bool> Cases()
    {
        var cases = new TheoryData<int, int, int, bool>();
        foreach (var (price, quantity) in new[] { (0, 0), (2, 5), (8, 8), (8, 0) })
        {
            for (var seed = 0; seed < 6; seed++)
            {
                cases.Add(price, quantity, seed, seed % 2 == 0);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_GivesBackWhatWasWritten(int priceDecimals, int quantityDecimals, int seed, bool pack)
    {
        var spec = new SymbolSpec(new Symbol("X"), priceDecimals, quantityDecimals);
        var random = new Random(seed);
        // Seeds 4 and 5 draw from the whole range of every field, the others from what a market looks like.
        var prints = Enumerable.Range(0, random.Next(1, 300)).Select(i => seed < 4 ? Plausible(random, spec, i) : Extreme(random)).ToArray();

        Assert.Equal(prints, RoundTrip(prints, spec, pack));
    }

    [Fact]
    public void Read_KeepsTimesOfEveryUnit()
    {
        var spec = new SymbolSpec(new Symbol("X"), 2, 5);
        foreach (var unit in new long[] { 1, 10, 1_000, 1_000_000 })
        {
            var prints = Enumerable.Range(1, 20).Select(i => new ReceivedPrint(
                Print.Trade(spec, i, 1_700_000_000_000_000 + (i * unit), i, i, TakerSide.Buy), 1_700_000_000_000_000 + (i * unit * 2), 1_699_999_999_000_000 + i)).ToArray();
            Assert.Equal(prints, RoundTrip(prints, spec, pack: true));
        }
    }

    [Fact]
    public void Read_OfDamagedBytesNeverGivesMoreThanAnError()
    {
        var spec = new SymbolSpec(new Symbol("X"), 2, 5);
        var random = new Random(5);
        var prints = Enumerable.Range(0, 50).Select(i => Plausible(random, spec, i)).ToArray();
        var good = Write(prints, spec, pack: false);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes = bytes[..random.Next(bytes.Length)];
            // What the log counts and steps over.
            var thrown = Record.Exception(() => Read(bytes, spec));

            Assert.True(thrown is null or InvalidDataException or StorageException or OverflowException, $"{thrown}");
        }
    }

    private static List<ReceivedPrint> RoundTrip(ReceivedPrint[] prints, SymbolSpec spec, bool pack) => Read(Write(prints, spec, pack), spec);

    private static byte[] Write(ReceivedPrint[] prints, SymbolSpec spec, bool pack)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new VarintWriter(buffer);
        var header = PrintBlockHeader.Of(StoredScale.Of(spec), prints);
        header.Write(writer, symbol: null);
        PrintBlock.Write(writer, header, prints, pack);
        return buffer.WrittenSpan.ToArray();
    }

    private static List<ReceivedPrint> Read(byte[] bytes, SymbolSpec spec)
    {
        var reader = new VarintReader(bytes);
        var header = PrintBlockHeader.Read(ref reader);
        var read = new List<ReceivedPrint>();
        PrintBlock.Read(reader, header, spec, read);
        return read;
    }

    private static ReceivedPrint Plausible(Random random, SymbolSpec spec, int index)
    {
        var time = 1_723_161_300_000_000 + (index * random.Next(0, 3) * 1_000L);
        var first = 1_000 + (index * 10) + random.Next(3);
        long price = random.Next(1, 1_000_000), quantity = random.Next(1, 1_000_000);
        var print = random.Next(4) == 0
            ? Print.Aggregate(spec, first, first + random.Next(5), time, price, quantity, (TakerSide)random.Next(2))
            : Print.Trade(spec, first, time, price, quantity, (TakerSide)random.Next(2));
        return new ReceivedPrint(print, time + (random.Next(0, 200) * 1_000L), time + random.Next(-2_000_000, 2_000_000));
    }

    private static ReceivedPrint Extreme(Random random)
    {
        var first = random.NextInt64(0, long.MaxValue / 2);
        var quote = new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return new ReceivedPrint(
            new Print(
                first, first + random.NextInt64(0, long.MaxValue / 2), random.NextInt64(Micros.Earliest, Micros.Latest), random.NextInt64(1, long.MaxValue),
                random.NextInt64(1, long.MaxValue), quote, (TakerSide)random.Next(2), random.Next(2) == 0),
            random.NextInt64(), random.NextInt64(long.MinValue, long.MaxValue));
    }
}
