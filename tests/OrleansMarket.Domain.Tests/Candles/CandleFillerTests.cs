using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Candles;

public sealed class CandleFillerTests
{
    private static readonly HashSet<long> FirstMinute = [0];

    [Fact]
    public void Fill_CarriesThePreviousCloseAcrossEmptyWindowsBetweenContiguousIds()
    {
        var filled = CandleFiller.Fill([At(0, 10, 12), At(3, 13, 20)], CandleFill.Previous, FirstMinute).ToList();

        Assert.Equal([0, 1, 2, 3], filled.Select(candle => candle.OpenTimeMicros / Micros.PerSecond));
        Assert.Equal([0, 0], filled.Skip(1).Take(2).Select(candle => candle.TradeCount));
        Assert.All(filled.Skip(1).Take(2), candle => Assert.Equal((12, CandleFlags.Carried), (candle.Close, candle.Flags)));
    }

    [Fact]
    public void Fill_NeverCarriesAcrossAGap()
    {
        Assert.Equal(2, CandleFiller.Fill([At(0, 10, 12), At(3, 14, 20)], CandleFill.Previous, FirstMinute).Count());
        Assert.Equal(2, CandleFiller.Fill([At(0, 10, 12), At(3, 13, 20) with { MissingIds = 4 }], CandleFill.Previous, FirstMinute).Count());
    }

    [Fact]
    public void Fill_NeverCarriesAcrossAHalt()
    {
        // The second minute is no candle: trading was halted in it, although the ids are contiguous.
        var filled = CandleFiller.Fill([At(58, 10, 12), At(121, 13, 20)], CandleFill.Previous, new HashSet<long> { 0, 2 * Micros.PerMinute });

        Assert.Equal([58, 59, 120, 121], filled.Select(candle => candle.OpenTimeMicros / Micros.PerSecond));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fill_MakesUpNoMoreThanIsRead(bool newestFirst)
    {
        var lookups = new Lookups();
        var minutes = new HashSet<long>(Enumerable.Range(0, 1_440).Select(minute => minute * Micros.PerMinute), lookups);
        lookups.Count = 0;

        var page = CandleFiller.Fill([At(0, 10, 12), At(86_400, 13, 20)], CandleFill.Previous, minutes, newestFirst).Take(5).ToList();

        Assert.Equal(newestFirst ? [86_400, 86_399, 86_398, 86_397, 86_396] : [0, 1, 2, 3, 4], page.Select(candle => candle.OpenTimeMicros / Micros.PerSecond));
        Assert.Equal(4, lookups.Count);
    }

    [Fact]
    public void Fill_FromTheNewestOn_IsTheSameTheOtherWayRound()
    {
        Candle[] candles = [At(58, 10, 12), At(121, 13, 20), At(125, 25, 30), At(3_720, 31, 31)];
        var minutes = new HashSet<long> { 0, 2 * Micros.PerMinute, 61 * Micros.PerMinute };

        var filled = CandleFiller.Fill(candles, CandleFill.Previous, minutes).ToList();

        Assert.Equal(filled, CandleFiller.Fill(candles, CandleFill.Previous, minutes, newestFirst: true).Reverse());
        Assert.Equal([58, 59, 120, 121, 125, .. Enumerable.Range(126, 54), .. Enumerable.Range(3_660, 61)], filled.Select(candle => (int)(candle.OpenTimeMicros / Micros.PerSecond)));
    }

    [Fact]
    public void Fill_LeavesLongerWindowsAsTheyAre()
    {
        Candle[] hours = [.. new[] { At(0, 10, 12), At(3 * 3_600, 13, 20) }.Select(candle => candle with { Interval = CandleInterval.OneHour })];

        Assert.Equal(hours, CandleFiller.Fill(hours, CandleFill.Previous, FirstMinute));
    }

    [Fact]
    public void Fill_NoneLeavesEmptyWindowsOut() =>
        Assert.Single(CandleFiller.Fill([At(0, 10, 12), At(1, -1, -1) with { TradeCount = 0 }], CandleFill.None, FirstMinute));

    /// <summary>Counts how often a set is asked.</summary>
    private sealed class Lookups : IEqualityComparer<long>
    {
        public int Count { get; set; }

        public bool Equals(long left, long right) => left == right;

        public int GetHashCode(long value)
        {
            Count++;
            return value.GetHashCode();
        }
    }

    private static Candle At(long second, long firstId, long lastId) => new()
    {
        Interval = CandleInterval.OneSecond,
        OpenTimeMicros = second * Micros.PerSecond,
        Open = 12,
        High = 12,
        Low = 12,
        Close = 12,
        TradeCount = lastId - firstId + 1,
        FirstId = firstId,
        LastId = lastId,
        Status = CandleStatus.Complete,
    };
}
