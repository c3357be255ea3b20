using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class SeriesWriterTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SeriesBench _bench;
    private readonly ScriptedTransport _transport = new();

    public SeriesWriterTests()
    {
        _bench = new SeriesBench(_clock);
        _bench.Options.BackOff = TimeSpan.FromSeconds(1);
        _bench.Options.MaxBackOff = TimeSpan.FromSeconds(30);
    }

    public void Dispose() => _bench.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Outage_KeepsEverythingInOrder_UntilTheServerReturns()
    {
        _transport.Answer = _ => SeriesOutcome.Unreachable("no connection");
        await _bench.StartAsync(_transport);
        for (var i = 0; i < 20; i++)
        {
            await AppendAsync($"m f={i} {i}\n");
            await _clock.AdvanceUntilAsync(() => _transport.Calls > i);
        }

        Assert.Empty(_transport.Taken);
        Assert.Equal("InfluxDB cannot be reached: no connection", _bench.Health.Describe());
        _transport.Answer = _ => SeriesOutcome.Written;
        await _clock.AdvanceUntilAsync(() => _bench.Spool.Describe().Points == 0);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"m f={i} {i}"), _transport.Taken);
        Assert.Null(_bench.Health.Describe());
        Assert.Equal(20, _bench.Count("market.influx.points"));
        Assert.Single(_bench.Log.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.Single(_bench.Log.Entries, entry => entry.Text.Contains("takes time series again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outage_IsAskedAfterEverLongerPauses_UpToTheBound()
    {
        _transport.Answer = _ => SeriesOutcome.Unreachable("no connection");
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        var longest = TimeSpan.Zero;
        for (var i = 1; i < 60; i++)
        {
            await Eventually.BecomesTrueAsync(() => _transport.Calls == i && _clock.UntilNextTimer is not null, "a pause after a failure");
            var pause = _clock.UntilNextTimer!.Value;
            longest = pause > longest ? pause : longest;
            _clock.Advance(pause);
        }

        Assert.InRange(longest, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task RetryAfter_IsObeyed()
    {
        _transport.Answer = _ => new SeriesOutcome(SeriesStatus.Overloaded, "InfluxDB asks us to wait (429)", TimeSpan.FromSeconds(90));
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        await Eventually.BecomesTrueAsync(() => _transport.Calls == 1 && _clock.UntilNextTimer is not null, "the pause that was asked for");
        _transport.Answer = _ => SeriesOutcome.Written;

        _clock.Advance(TimeSpan.FromSeconds(89.9));
        await AppendAsync("m f=2 2\n");
        Assert.Equal(1, _transport.Calls);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.BecomesTrueAsync(() => _bench.Spool.Describe().Points == 0, "a delivery");
        Assert.Equal(["m f=1 1", "m f=2 2"], _transport.Taken);
    }

    [Fact]
    public async Task Refusal_IsSaidOnce_AndNothingIsLost()
    {
        _transport.Answer = _ => new SeriesOutcome(SeriesStatus.Refused, "InfluxDB refuses the token (401): set Influx:Token");
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        await _clock.AdvanceUntilAsync(() => _bench.Count("market.influx.requests refused") >= 5);

        Assert.Single(_bench.Log.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("set Influx:Token", StringComparison.Ordinal));
        Assert.Equal(1, _bench.Spool.Describe().Points);
        _transport.Answer = _ => SeriesOutcome.Written;
        await _clock.AdvanceUntilAsync(() => _bench.Spool.Describe().Points == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task BadLines_AreSetAside_AndTheRestIsWritten(int bad)
    {
        // Answers as a server that takes a batch whole or not at all, and does not say which line is bad.
        _transport.Answer = lines => lines.Any(line => line.Contains("bad", StringComparison.Ordinal)) ? new SeriesOutcome(SeriesStatus.Rejected, "one is bad") : SeriesOutcome.Written;
        var lines = Enumerable.Range(0, 100).Select(i => i % (100 / bad) == 7 && i / (100 / bad) < bad ? $"bad f={i} {i}" : $"m f={i} {i}").ToArray();
        await AppendAsync(string.Concat(lines.Select(line => line + "\n")));
        await _bench.StartAsync(_transport);
        await Eventually.BecomesTrueAsync(() => _bench.Spool.Describe().Points == 0, "an end");

        Assert.Equal(lines.Where(line => line[0] == 'm'), _transport.Taken);
        var aside = await File.ReadAllLinesAsync(_bench.BadLinesPath);
        Assert.Equal(lines.Where(line => line[0] == 'b').Select(line => $$"""{"Time":"2026-01-01T00:00:00+00:00","Reason":"one is bad","Line":"{{line}}"}"""), aside);
        Assert.Equal(bad, _bench.Count("market.influx.bad_lines"));
        Assert.InRange(_transport.Calls, 1, bad * 16);
    }

    [Fact]
    public async Task Trouble_WhileLookingForABadLine_LosesNothing()
    {
        var calls = 0;
        _transport.Answer = lines => Interlocked.Increment(ref calls) % 3 == 0 ? SeriesOutcome.Unreachable("no connection")
            : lines.Contains("bad f=1 1") ? new SeriesOutcome(SeriesStatus.Rejected, "one is bad") : SeriesOutcome.Written;
        await AppendAsync("m f=0 0\nbad f=1 1\nm f=2 2\nm f=3 3\nm f=4 4\n");
        await _bench.StartAsync(_transport);
        await _clock.AdvanceUntilAsync(() => _bench.Spool.Describe().Points == 0);

        Assert.Equal(["m f=0 0", "m f=2 2", "m f=3 3", "m f=4 4"], _transport.Taken);
        Assert.Single(await File.ReadAllLinesAsync(_bench.BadLinesPath));
    }

    [Fact]
    public async Task Stop_DeliversWhatIsLeft_ButDoesNotWaitForADeadServer()
    {
        await _bench.StartAsync(_transport);
        _transport.Answer = _ => SeriesOutcome.Unreachable("no connection");
        await AppendAsync("m f=1 1\n");
        await _bench.StopAsync();
        Assert.Equal(1, _bench.Spool.Describe().Points);

        _transport.Answer = _ => SeriesOutcome.Written;
        await _bench.StartAsync(_transport);
        await _bench.StopAsync();
        Assert.Equal(0, _bench.Spool.Describe().Points);
        Assert.Equal(["m f=1 1"], _transport.Taken);
    }

    [Fact]
    public async Task Stop_WaitsForAServerThatDoesNotAnswer_TwoSecondsOfTheClock()
    {
        _transport.Hangs = true;
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        await Eventually.BecomesTrueAsync(() => _transport.Calls == 1, "a write that hangs");
        var stopping = _bench.StopAsync();
        await Eventually.BecomesTrueAsync(() => _transport.Calls == 2 && _clock.UntilNextTimer == TimeSpan.FromSeconds(2), "a farewell that hangs");
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await stopping;
        Assert.Equal(1, _bench.Spool.Describe().Points);
    }

    [Fact]
    public async Task Transport_ThatFailsInItsOwnWay_IsTrouble_WithoutItsText()
    {
        _transport.Answer = _ => throw new InvalidOperationException("the token is sEcReT");
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        await _clock.AdvanceUntilAsync(() => _transport.Calls >= 2);

        Assert.Equal("InfluxDB cannot be reached: the transport failed (InvalidOperationException)", _bench.Health.Describe());
        Assert.DoesNotContain("sEcReT", _bench.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_WaitForOthers_ButNotLong()
    {
        _bench.Options.BatchAge = TimeSpan.FromSeconds(1);
        await _bench.StartAsync(_transport);
        await AppendAsync("m f=1 1\n");
        await Eventually.BecomesTrueAsync(() => _clock.UntilNextTimer is not null, "a wait for others");
        await AppendAsync("m f=2 2\n");
        Assert.Equal(0, _transport.Calls);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.BecomesTrueAsync(() => _bench.Spool.Describe().Points == 0, "a delivery");
        Assert.Equal(1, _transport.Calls);
        Assert.Equal(["m f=1 1", "m f=2 2"], _transport.Taken);
    }

    private Task AppendAsync(string lines) => _bench.Spool.AppendAsync(Encoding.UTF8.GetBytes(lines), default);

    private sealed class ScriptedTransport : ISeriesTransport
    {
        private int _calls;

        public Func<string[], SeriesOutcome> Answer { get; set; } = _ => SeriesOutcome.Written;

        public bool Hangs { get; set; }

        public int Calls => Volatile.Read(ref _calls);

        public ConcurrentQueue<string> Taken { get; } = new();

        public async Task<SeriesOutcome> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _calls);
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            var text = Encoding.UTF8.GetString(lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var outcome = Answer(text);
            if (outcome.Status == SeriesStatus.Written)
            {
                foreach (var line in text)
                {
                    Taken.Enqueue(line);
                }
            }

            return outcome;
        }
    }
}
