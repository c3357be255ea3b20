using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Replay;

/// <summary>What the README of the recorded data says of it.</summary>
public sealed class RealCaptureTests
{
    [NeedsFact(NeedsFactAttribute.RealData)]
    public void Bitcoin_IsGaplessAndInOrder() => CheckTape("btcusdt_20240808.gz", "BTCUSDT", 9_757, 3_735_683_259, 31_492);

    [NeedsFact(NeedsFactAttribute.RealData)]
    public void Ether_IsGaplessAndInOrder() => CheckTape("ethusdt_20240808.gz", "ETHUSDT", 6_106, 1_520_538_925, null);

    [NeedsFact(NeedsFactAttribute.RealData)]
    public void RecorderBehindTheExchange_IsKeptAsNegativeLatency()
    {
        var prints = Read("btcusdt_20240808.gz").Prints;

        Assert.All(prints, print => Assert.InRange(print.Received.LatencyMicros, -1_280_000, -1_249_000));
        Assert.All(prints, print => Assert.InRange(print.Received.EventTimeMicros - print.Received.Print.TradeTimeMicros, 0, 214_000));
    }

    [NeedsFact(NeedsFactAttribute.RealData)]
    public void NextMinute_AlreadyHasTrades()
    {
        const long Midnight = 1_723_161_600_000_000;

        Assert.Equal(19, Read("btcusdt_20240808.gz").Prints.Count(print => print.Received.Print.TradeTimeMicros >= Midnight));
    }

    private static void CheckTape(string name, string symbol, int trades, long firstId, long? others)
    {
        var read = Read(name);

        Assert.Equal(TapeFormat.Frames, read.File.Format);
        Assert.False(read.File.IsMicroseconds);
        Assert.Equal(trades, read.Prints.Count);
        Assert.All(read.Prints, print => Assert.Equal(new Symbol(symbol), print.Symbol));
        Assert.Equal(Enumerable.Range(0, trades).Select(i => firstId + i), read.Prints.Select(print => print.Received.Print.FirstId));
        Assert.Equal(read.Prints.Select(print => print.Received.Print.TradeTimeMicros).Order(), read.Prints.Select(print => print.Received.Print.TradeTimeMicros));

        // Book tickers, depth updates and one REST snapshot are no trades, and no faults either.
        Assert.Empty(read.DeadLetters);
        Assert.Equal(others ?? read.OtherRows, read.OtherRows);
    }

    private static TapeContentRead Read(string name) =>
        TapeFolder.ReadAll(Path.Combine(Environment.GetEnvironmentVariable(NeedsFactAttribute.RealData)!, "binance-spot-2024-08-08", name));
}
