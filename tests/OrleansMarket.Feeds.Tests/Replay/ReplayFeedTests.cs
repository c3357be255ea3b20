using System.Globalization;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Replay;

public sealed class ReplayFeedTests : IDisposable
{
    private const long StartMs = 1_704_067_200_000;

    private readonly TapeFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MaxSpeed_WaitsForNothing()
    {
        var receiver = new Receiver(_clock);
        var feed = Feed(ReplaySpeed.Max, Dump("BTCUSDT", 0, 1_000, 60_000, 61_000));

        await feed.RunAsync(receiver, CancellationToken.None);

        Assert.Equal([0, 1_000, 60_000, 61_000], receiver.Prints.Select(print => print.OffsetMs));
        Assert.All(receiver.Prints, print => Assert.Equal(TimeSpan.Zero, print.At));
        Assert.False(feed.Status.Connected);
        Assert.Equal(4, feed.Status.Frames);
        Assert.Null(feed.Status.LastError);
    }

    [Theory]
    [InlineData("1x", 1)]
    [InlineData("10x", 10)]
    [InlineData("0.5x", 0.5)]
    public async Task Pace_IsTheRecordingsOwnTimesTheFactor(string speed, double factor)
    {
        Assert.True(ReplaySpeed.TryParse(speed, out var parsed));
        var receiver = new Receiver(_clock);

        await PlayAsync(Feed(parsed, Dump("BTCUSDT", 0, 1_000, 1_500, 4_000)), receiver);

        Assert.Equal([0, 1_000, 1_500, 4_000], receiver.Prints.Select(print => print.OffsetMs));
        Assert.Equal([0, 1 / factor, 1.5 / factor, 4 / factor], receiver.Prints.Select(print => Math.Round(print.At.TotalSeconds, 3)));
    }

    [Fact]
    public async Task LongSilence_IsShortened()
    {
        var receiver = new Receiver(_clock);

        await PlayAsync(Feed(new ReplaySpeed(1), Dump("BTCUSDT", 0, 3_600_000, 3_601_000)), receiver);

        Assert.Equal([0, 10, 11], receiver.Prints.Select(print => print.At.TotalSeconds));
    }

    [Fact]
    public async Task SeveralRecordings_AreMergedByTradeTime()
    {
        var receiver = new Receiver(_clock);
        var feed = Feed(ReplaySpeed.Max, Dump("BTCUSDT", 0, 5, 6, 100), Dump("ETHUSDT", 3, 4, 50, 200), Dump("ADAUSDT", 7));

        await feed.RunAsync(receiver, CancellationToken.None);

        Assert.Equal(
            ["BTCUSDT 0", "ETHUSDT 3", "ETHUSDT 4", "BTCUSDT 5", "BTCUSDT 6", "ADAUSDT 7", "ETHUSDT 50", "BTCUSDT 100", "ETHUSDT 200"],
            receiver.Prints.Select(print => $"{print.Symbol} {print.OffsetMs}"));
    }

    [Fact]
    public async Task RefusedRows_AreHandedOn()
    {
        var receiver = new Receiver(_clock);
        var path = Dump("BTCUSDT", 0, 1);
        await File.AppendAllTextAsync(path, "9,0,1,1,1704067200000,True,True\n");

        await Feed(ReplaySpeed.Max, path).RunAsync(receiver, CancellationToken.None);

        Assert.Equal(2, receiver.Prints.Count);
        Assert.Equal(DeadLetterReason.BadPrice, Assert.Single(receiver.DeadLetters).Reason);
    }

    [Fact]
    public async Task BrokenRecording_IsShownInTheStatus()
    {
        var path = Dump("BTCUSDT", 0, 1);
        await File.AppendAllTextAsync(path, "9,0");
        var feed = Feed(ReplaySpeed.Max, path);

        var error = await Assert.ThrowsAsync<TapeException>(() => feed.RunAsync(new Receiver(_clock), CancellationToken.None));

        Assert.Equal(error.Message, feed.Status.LastError);
        Assert.False(feed.Status.Connected);
    }

    [Fact]
    public async Task Cancellation_EndsAWait()
    {
        using var stop = new CancellationTokenSource();
        var receiver = new Receiver(_clock);
        var running = Feed(new ReplaySpeed(1), Dump("BTCUSDT", 0, 5_000)).RunAsync(receiver, stop.Token);
        Assert.Equal(1, _clock.WaitingTimers);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Single(receiver.Prints);
    }

    [Fact]
    public void Source_SaysThatItIsARecording()
    {
        var one = Dump("BTCUSDT", 0);

        Assert.Equal(new FeedSource(FeedKind.Replay, "BTCUSDT-trades-2024-01-01.csv"), Feed(ReplaySpeed.Max, one).Source);
        Assert.Equal("BTCUSDT-trades-2024-01-01.csv and 1 more", Feed(ReplaySpeed.Max, one, Dump("ETHUSDT", 1)).Source.Name);
    }

    [Fact]
    public void Pipe_GivesEveryRowInOrderAndEndsWithItsConsumer()
    {
        var path = Dump("BTCUSDT", [.. Enumerable.Range(0, 100_000).Select(i => (long)i)]);
        var ids = new List<long>();

        TapePipe.Run([TapeFile.Open(path)], TapeSymbols.Any(), block =>
        {
            foreach (var run in block.Runs)
            {
                foreach (var print in block.Span(run))
                {
                    ids.Add(print.Print.FirstId);
                }
            }
        }, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (long)i), ids);
        Assert.Throws<InvalidOperationException>(() => TapePipe.Run([TapeFile.Open(path)], TapeSymbols.Any(), _ => throw new InvalidOperationException(), CancellationToken.None));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => TapePipe.Run([TapeFile.Open(path)], TapeSymbols.Any(), _ => stop.Cancel(), stop.Token));
    }

    private async Task PlayAsync(ReplayFeed feed, Receiver receiver)
    {
        var running = feed.RunAsync(receiver, CancellationToken.None);
        await _clock.AdvanceUntilAsync(() => running.IsCompleted);
        await running;
    }

    private ReplayFeed Feed(ReplaySpeed speed, params string[] paths) => new(TapeFile.OpenAll(paths), speed, TapeSymbols.Any(), _clock);

    private string Dump(string symbol, params long[] offsetsMs) => _folder.Plain(
        $"{symbol}-trades-2024-01-01.csv",
        string.Concat(offsetsMs.Select((offset, index) => string.Create(CultureInfo.InvariantCulture, $"{index},1.00000000,2.00000000,2.00000000,{StartMs + offset},True,True\n"))));

    private sealed class Receiver(ManualTimeProvider clock) : ITradeReceiver
    {
        private readonly DateTimeOffset _start = clock.GetUtcNow();

        public List<(Symbol Symbol, long OffsetMs, TimeSpan At)> Prints { get; } = [];

        public List<DeadLetter> DeadLetters { get; } = [];

        public ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
        {
            foreach (var print in prints.Span)
            {
                Prints.Add((symbol, (print.Print.TradeTimeMicros / 1_000) - StartMs, clock.GetUtcNow() - _start));
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
        {
            DeadLetters.Add(letter);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
