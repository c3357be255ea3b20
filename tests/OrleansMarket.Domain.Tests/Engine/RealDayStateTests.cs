using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using Xunit.Abstractions;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>A day made of the recorded minutes, one after the other, saved every five seconds as a host does.</summary>
public sealed class RealDayStateTests(ITestOutputHelper output)
{
    private const long RecordedMicros = 346 * Micros.PerSecond;

    [NeedsTheory(NeedsFactAttribute.RealData)]
    [InlineData("btcusdt_20240808.gz", 250)]
    [InlineData("ethusdt_20240808.gz", 20)]
    public void HotState_IsSmallAtEverySave_AndBasesAreRare(string file, int rounds)
    {
        var trades = RealCapture.Trades(file).ToArray();
        var session = new SymbolSession(TestTape.Spec, new EngineOptions(), SilentListener.Instance);
        session.Engine.SetRules(DefaultAlertRules.All);
        var stored = new StoredParts();
        var (saves, bases, hotBytes, baseBytes, largestHot, largestBase) = (0, 0, 0L, 0L, 0, 0);
        var now = trades[0].Time / Micros.PerSecond * Micros.PerSecond;
        var saveAt = now;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (id, time, price, quantity, taker) in trades)
            {
                var at = time + (round * RecordedMicros);
                for (; now <= at; now += Micros.PerSecond)
                {
                    session.Tick(now, PipelineReading.Unknown);
                    if (now >= saveAt)
                    {
                        saveAt += 5 * Micros.PerSecond;
                        Save();
                    }
                }

                session.Apply(new ReceivedPrint(Print.Trade(TestTape.Spec, id + ((long)round * trades.Length), at, price, quantity, taker), at, at));
            }
        }

        output.WriteLine(
            $"{file}: {saves} saves, hot {hotBytes / saves} B on average, {largestHot} B at most; {bases} bases, {baseBytes / Math.Max(1, bases)} B on average, {largestBase} B at most; "
            + $"{(hotBytes + baseBytes) / (saves * 5)} B/s; one piece would be {session.Save().Length} B");
        Assert.InRange(largestHot, 1_000, EngineState.MaxHotBytes);
        Assert.InRange(saves, rounds * RecordedMicros / Micros.PerSecond / 6, int.MaxValue);
        Assert.InRange(bases, 1, saves / 4);

        void Save()
        {
            var commit = session.TakeSnapshot();
            saves++;
            hotBytes += commit.State!.Value.Length;
            largestHot = Math.Max(largestHot, commit.State.Value.Length);
            if (commit.Base is { } whole)
            {
                bases++;
                baseBytes += whole.Bytes.Length;
                largestBase = Math.Max(largestBase, whole.Bytes.Length);
            }

            stored = stored.Writes(commit).Last();
            session.OnStateWritten();
            if (saves % 1_000 == 0)
            {
                var restored = new SymbolSession(TestTape.Spec, new EngineOptions(), SilentListener.Instance);
                Assert.Equal(EngineRestore.State, restored.Load(stored.State!));
                Assert.Equal(session.Save().ToArray(), restored.Save().ToArray());
            }

            session.Acknowledge(commit);
        }
    }
}
