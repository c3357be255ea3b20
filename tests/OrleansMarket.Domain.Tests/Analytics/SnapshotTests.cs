using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class SnapshotTests
{
    private static readonly AnalyticsOptions Options = new() { WhaleFloor = 20, WhaleHistory = 500, SpikeMinNotional = 20 };

    /// <summary>At every call of a tape: save, load into a fresh object, and let that one go on.</summary>
    [Fact]
    public void Load_ContinuesBitForBitFromEveryPoint()
    {
        var tape = AnalyticsTape.Random(11, 8);
        Assert.InRange(tape.Calls.Count, 1_000, 10_000);
        var undisturbed = new AnalyticsUnderTest(Options);
        var restored = new AnalyticsUnderTest(Options);
        for (var i = 0; i < tape.Calls.Count; i++)
        {
            tape.Play(i, i + 1, undisturbed, restored);
            var state = restored.Save();
            Assert.Equal(undisturbed.Save(), state);
            var next = new AnalyticsUnderTest(Options);
            next.Load(state);
            next.Whales.AddRange(restored.Whales);
            if (tape.Calls[i].Kind == "second")
            {
                Assert.Equal(Frame(undisturbed), Frame(restored));
            }

            restored = next;
        }

        Assert.NotEmpty(undisturbed.Whales);
        Assert.Equal(undisturbed.Whales, restored.Whales);
    }

    /// <summary>A long tape with full rings, restored at odd places, into an object that has already been used.</summary>
    [Fact]
    public void Load_ContinuesBitForBitWithFullHistories()
    {
        var tape = AnalyticsTape.Random(12, 1_700);
        var undisturbed = new AnalyticsUnderTest(Options);
        var restored = new AnalyticsUnderTest(Options);
        var other = new AnalyticsUnderTest(Options);
        AnalyticsTape.Random(13, 100).Play(other);
        var random = new Random(12);
        for (var i = 0; i < tape.Calls.Count;)
        {
            var to = Math.Min(tape.Calls.Count, i + random.Next(1, 6_000));
            tape.Play(i, to, undisturbed, restored);
            i = to;
            var state = restored.Save();
            Assert.Equal(undisturbed.Save(), state);
            other.Load(state);
            Assert.Equal(state, other.Save());
            (restored, other) = (other, restored);
            Assert.Equal(Text(undisturbed), Text(restored));
        }
    }

    [Fact]
    public void Load_KeepsTheSeasonalBaseline()
    {
        var tape = AnalyticsTape.Random(14, 90);
        var tested = new AnalyticsUnderTest(Options with { SeasonalBaseline = true });
        tested.Analytics.SetSeason(HourOfWeekBaseline.From(AnalyticsTape.Spec, [.. tape.Minutes.Values]));
        tape.Play(tested);
        var restored = new AnalyticsUnderTest(Options with { SeasonalBaseline = true });
        restored.Load(tested.Save());
        Assert.True(restored.Figures.Spike.IsSeasonal);
        Assert.Equal(Text(tested), Text(restored));
        Assert.Equal(tested.Save(), restored.Save());
    }

    [Fact]
    public void Load_WithAShorterSweepHistoryKeepsTheNewest()
    {
        var tape = AnalyticsTape.Random(15, 60);
        var tested = new AnalyticsUnderTest(Options);
        var shorter = new AnalyticsUnderTest(Options with { WhaleHistory = 300 });
        tape.Play(tested, shorter);
        Assert.Equal(500, tested.Figures.Whale.Sweeps);
        var restored = new AnalyticsUnderTest(Options with { WhaleHistory = 300 });
        restored.Load(tested.Save());
        Assert.Equal(shorter.Figures.Whale, restored.Figures.Whale);
    }

    [Fact]
    public void SaveHot_StaysBelow16Kilobytes()
    {
        // The worst there is: every second traded, with amounts beyond 64 bits and prices that jump across the whole range.
        var tested = new AnalyticsUnderTest(Options);
        var boundary = AnalyticsTape.Start;
        var id = 0L;
        for (var second = 0; second < 400; second++)
        {
            for (var i = 0; i < 3; i++, id++)
            {
                var price = id % 2 == 0 ? 1 : long.MaxValue;
                tested.OnPrint(new(id, id, boundary, price, long.MaxValue, (Int128)price * price, (TakerSide)(id % 2)));
            }

            tested.OnRate(new UsdRate("USDT", 1.00001, boundary + (second * 60_000_000L), "a rather long source name"));
            tested.OnSecond(boundary += 1_000_000);
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        tested.Analytics.SaveHot(writer);
        Assert.InRange(stream.Length, 10_000, 16 * 1_024);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    public void Load_RefusesAnotherVersion(int offset, byte version)
    {
        var state = new AnalyticsUnderTest().Save();
        state[offset] = version;
        var error = Assert.Throws<InvalidDataException>(() => new AnalyticsUnderTest().Load(state));
        Assert.Contains($"expected version 2, found {version}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RefusesATruncatedState()
    {
        var tested = new AnalyticsUnderTest();
        AnalyticsTape.Random(16, 5).Play(tested);
        var state = tested.Save();
        for (var length = 0; length < state.Length; length += length < 200 ? 1 : 37)
        {
            Assert.Throws<InvalidDataException>(() => new AnalyticsUnderTest().Load(state[..length]));
        }
    }

    /// <summary>Whatever is damaged, nothing but the one documented exception comes out, and no memory is asked for beyond the limits.</summary>
    [Fact]
    public void Load_OfADamagedStateThrowsNothingElse()
    {
        var tested = new AnalyticsUnderTest();
        AnalyticsTape.Random(17, 4).Play(tested);
        var state = tested.Save();
        var random = new Random(17);
        for (var attempt = 0; attempt < 3_000; attempt++)
        {
            var damaged = (byte[])state.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var restored = new AnalyticsUnderTest().Analytics;
            using var reader = new BinaryReader(new MemoryStream(damaged));
            var thrown = Record.Exception(() => restored.LoadHot(reader)) ?? Record.Exception(() => restored.LoadHistory(reader));

            Assert.True(thrown is null or InvalidDataException, $"{thrown}");
        }
    }

    private static List<object> Frame(AnalyticsUnderTest tested) =>
        [tested.Frame.TimeMicros, tested.Frame.Price, .. Enum.GetValues<Signal>().Select(signal => (object)tested.Frame[signal])];

    private static string Text(AnalyticsUnderTest tested)
    {
        var figures = tested.Figures;
        return string.Join(
            '\n', [.. figures.PriceChangePercent.Select(pair => $"{pair}"), $"{figures.Volatility}", .. figures.Flow.Select(flow => $"{flow}"), $"{figures.Spike}", $"{figures.Whale}", $"{figures.QuoteUsdRate}"]);
    }
}
