using System.Text.Json;
using NSubstitute;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Serialization;

/// <summary>What silos tell each other arrives as it was sent.</summary>
public sealed class DomainJsonTests
{
    private static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT", Status = SymbolStatus.Trading };

    public static TheoryData<object> Values => new(
        Spec,
        CandleInterval.FiveMinutes,
        new FeedSource(FeedKind.Simulated, "simulated-1-20"),
        new Print(1, 3, 1_767_225_600_000_000, 6_000_000, 1_000, (Int128)long.MaxValue * 1_000, TakerSide.Sell, quoteIsApproximate: true),
        new UsdRate("USDT", 1.0001, 5, "kraken"),
        new Gap(new IdRange(3, 9), 10, 20, GapState.GivenUp),
        new Candle
        {
            Interval = CandleInterval.OneMinute,
            OpenTimeMicros = 60_000_000,
            Open = 1,
            High = 4,
            Low = 1,
            Close = 2,
            Volume = (Int128)ulong.MaxValue * 7,
            TradeCount = 3,
            FirstId = 1,
            LastId = 3,
            Status = CandleStatus.Verified,
            Flags = CandleFlags.Partial | CandleFlags.Repaired,
        },
        new AlertKey("spike", 3, new Symbol("BTCUSDT"), 1_000_000),
        new PipelineReading(double.NaN, 0.5, double.NaN, TradingExpected: true));

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_ArrivesAsItWasSent(object value)
    {
        var json = JsonSerializer.Serialize(value, value.GetType(), DomainJson.Options);

        JsonSerializer.Deserialize(json, value.GetType(), DomainJson.Options).ShouldBe(value, json);
    }

    [Fact]
    public void EverythingKnownOfASymbol_ArrivesAsItWasSent()
    {
        var session = new SymbolSession(Spec, new EngineOptions(), Substitute.For<IMarketListener>());
        for (var id = 1; id <= 500; id++)
        {
            session.Apply(new ReceivedPrint(Print.Trade(Spec, id, 1_767_225_600_000_000 + (id * 700_000L), 6_000_000 + (id % 11), 1_000, (TakerSide)(id % 2)), 0, 0));
        }

        session.Apply(new ReceivedPrint(Print.Trade(Spec, 510, 1_767_225_951_000_000, 6_000_000, 1_000, TakerSide.Buy), 0, 0));

        Arrives(session.Describe(1_767_225_960_000_000));
        Arrives(session.Report(1_767_225_960_000_000, "why"));
        Arrives(session.Progress);
    }

    /// <summary>Lists in records are compared by what they hold: by their text, sent twice.</summary>
    private static void Arrives<T>(T value)
    {
        var json = JsonSerializer.Serialize(value, DomainJson.Options);
        var arrived = JsonSerializer.Deserialize<T>(json, DomainJson.Options);

        JsonSerializer.Serialize(arrived, DomainJson.Options).ShouldBe(json);
        json.Length.ShouldBeGreaterThan(200);
    }
}
