using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Candles;

public sealed class CandleFillerTests
{
    [Fact]
    public void Fill_CarriesThePreviousCloseAcrossEmptyWindowsBetweenContiguousIds()
    {
        var filled = CandleFiller.Fill([At(0, 10, 12), At(3, 13, 20)], CandleFill.Previous);

        Assert.Equal([0, 1, 2, 3], filled.Select(candle => candle.OpenTimeMicros / Micros.PerSecond));
        Assert.Equal([0, 0], filled.Skip(1).Take(2).Select(candle => candle.TradeCount));
        Assert.All(filled.Skip(1).Take(2), candle => Assert.Equal((12, CandleFlags.Carried), (candle.Close, candle.Flags)));
    }

    [Fact]
    public void Fill_NeverCarriesAcrossAGap()
    {
        Assert.Equal(2, CandleFiller.Fill([At(0, 10, 12), At(3, 14, 20)], CandleFill.Previous).Count);
        Assert.Equal(2, CandleFiller.Fill([At(0, 10, 12), At(3, 13, 20) with { MissingIds = 4 }], CandleFill.Previous).Count);
    }

    [Fact]
    public void Fill_NoneLeavesEmptyWindowsOut() =>
        Assert.Single(CandleFiller.Fill([At(0, 10, 12), At(1, -1, -1) with { TradeCount = 0 }], CandleFill.None));

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
