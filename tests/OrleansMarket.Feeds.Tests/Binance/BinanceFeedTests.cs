using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Binance;

/// <summary>The live feed against the fake exchange on loopback.</summary>
public sealed class BinanceFeedTests
{
    private const long Start = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");

    // A connection looks at its clock at least as often; whatever else waits by a clock of a test waits longer, or is what the test is about.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private static readonly FakeTape Tape = FakeTape.FromModel(Start, TimeSpan.FromSeconds(60), 20, seed: 5, "BTCUSDT", "ETHUSDT");

    [Fact]
    public async Task RunAsync_HandsOnEveryTradeExactly()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc), Spec(Eth));

        await exchange.PublishAllAsync();
        await AllReceivedAsync(feed, Btc, Eth);

        Assert.Equal(exchange.Trades(Btc), feed.Receiver.Prints(Btc).Select(received => received.Print));
        Assert.Equal(exchange.Trades(Eth), feed.Receiver.Prints(Eth).Select(received => received.Print));
        Assert.Empty(feed.Receiver.Letters);
        Assert.Equal(("connected", 2), (feed.Receiver.Interruptions.Single().Reason, feed.Receiver.Interruptions.Single().Symbols.Count));
        Assert.Equal(FeedKind.Live, feed.Feed.Source.Kind);
        var status = feed.Feed.Status;
        Assert.Equal((true, 1, 1, 0L), (status.Connected, status.Connections, status.Planned, status.Reconnects));
        Assert.Equal(1, status.OtherFrames); // the answer to SUBSCRIBE
        await Eventually.BecomesTrueAsync(() => feed.Feed.Status.ClockOffsetMicros is not null, "the clock is measured");
    }

    [Fact]
    public async Task RunAsync_SpreadsSymbolsOverConnections()
    {
        await using var exchange = await StartExchangeAsync();
        var options = RunningFeed.OptionsFor(exchange);
        options.StreamsPerConnection = 1;
        await using var feed = await RunningFeed.StartAsync(exchange, options, Spec(Btc), Spec(Eth));

        await exchange.PublishAllAsync();
        await AllReceivedAsync(feed, Btc, Eth);

        Assert.Equal(2, feed.Feed.Status.Connections);
        Assert.Equal(2, exchange.OpenConnections);
    }

    [Fact]
    public async Task RunAsync_ReconnectsAfterACutAndSaysThatTradesMayBeMissing()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));
        await exchange.PublishAsync(Btc, 50);
        await ReceivedAsync(feed, Btc, 50);

        exchange.Cut();
        await Eventually.BecomesTrueAsync(() => feed.Receiver.Interruptions.Count == 2 && feed.Feed.Status.Connected, "it is back");
        await exchange.PublishAsync(Btc, 50);
        await ReceivedAsync(feed, Btc, 100);

        Assert.Equal(exchange.Trades(Btc), feed.Receiver.Distinct(Btc));
        Assert.Contains("broke off", feed.Receiver.Interruptions.Last().Reason, StringComparison.Ordinal);
        Assert.Equal(1, feed.Feed.Status.Reconnects);
    }

    [Fact]
    public async Task RunAsync_MakesBeforeItBreaksOnServerShutdown()
    {
        // Whoever is slow to say goodbye is waited for as long as it takes: the clock stands still.
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), new RunningFeed.Parts(clock), Spec(Btc));
        using var stop = new CancellationTokenSource();
        var publishing = PublishSlowlyAsync(exchange, stop.Token);

        await exchange.SendServerShutdownAsync();
        await Eventually.BecomesTrueAsync(() => exchange.OpenedConnections == 2 && exchange.OpenConnections == 1, "the connection was replaced");
        await stop.CancelAsync();
        await publishing;
        await Eventually.BecomesTrueAsync(() => feed.Receiver.Distinct(Btc).Length == exchange.Trades(Btc).Count, "nothing was lost while it was replaced");

        Assert.False(feed.Receiver.OverlappingCalls);
        Assert.Contains("shutting down", feed.Receiver.Interruptions.Last().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RotatesConnectionsWithoutLoss()
    {
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        var options = RunningFeed.OptionsFor(exchange);
        options.RotateAfter = TimeSpan.FromMinutes(1);
        await using var feed = await RunningFeed.StartAsync(exchange, options, new RunningFeed.Parts(clock), Spec(Btc));
        using var stop = new CancellationTokenSource();
        var publishing = PublishSlowlyAsync(exchange, stop.Token);

        for (var connections = 2; connections <= 4; connections++)
        {
            // Not while the old connection says goodbye, which is not waited for forever.
            await clock.AdvanceUntilAsync(() => exchange.OpenedConnections == connections, LongestLook);
            await Eventually.BecomesTrueAsync(() => exchange.OpenConnections == 1 && feed.Feed.Status.Connections == 1, "the old connection is gone");
        }

        await stop.CancelAsync();
        await publishing;
        await Eventually.BecomesTrueAsync(() => feed.Receiver.Distinct(Btc).Length == exchange.Trades(Btc).Count, "nothing was lost");

        Assert.False(feed.Receiver.OverlappingCalls);
        Assert.Null(feed.Feed.Status.LastError);
    }

    [Fact]
    public async Task RunAsync_ReplacesAConnectionThatStallsWhileTheExchangeTrades()
    {
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        var options = RunningFeed.OptionsFor(exchange);
        (options.IdleTimeout, options.MaxIdleTimeout) = (TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2));
        await using var feed = await RunningFeed.StartAsync(exchange, options, new RunningFeed.Parts(clock), Spec(Btc));
        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 5);

        exchange.Stall();
        await exchange.PublishAsync(Btc, 5);
        await clock.AdvanceUntilAsync(() => feed.Receiver.Interruptions.Count == 2 && feed.Feed.Status.Connected, LongestLook);
        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 10);

        Assert.Contains("5 further", feed.Receiver.Interruptions.ElementAt(1).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LeavesAQuietMarketAlone()
    {
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        var options = RunningFeed.OptionsFor(exchange);
        (options.IdleTimeout, options.MaxIdleTimeout) = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        await using var feed = await RunningFeed.StartAsync(exchange, options, new RunningFeed.Parts(clock), Spec(Btc));
        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 5);

        // The silence is looked into five times.
        await clock.AdvanceUntilAsync(() => exchange.Requests.Count(request => request.Contains("ticker/24hr", StringComparison.Ordinal)) >= 5, LongestLook);

        Assert.Equal(1, exchange.OpenedConnections);
        Assert.True(feed.Feed.Status.Connected);
    }

    [Fact]
    public async Task RunAsync_FallsOverToTheMarketDataHostWhereItsLocationIsRefused()
    {
        await using var exchange = await StartExchangeAsync();
        exchange.Faults.Restricted = true;
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));

        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 5);

        Assert.Contains("451", feed.Feed.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_KeepsTryingUntilTheExchangeIsThere()
    {
        await using var exchange = await StartExchangeAsync();
        exchange.Faults.RefuseStreams = true;
        var starting = RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));

        exchange.Faults.RefuseStreams = false;

        await using var feed = await starting;
        Assert.True(feed.Feed.Status.Connected);
    }

    [Fact]
    public async Task RunAsync_ReconnectsWhenASubscriptionIsNotAnswered()
    {
        await using var exchange = await StartExchangeAsync();
        exchange.Faults.SwallowAcknowledgements = true;
        var options = RunningFeed.OptionsFor(exchange);
        options.AcknowledgeTimeout = TimeSpan.FromMilliseconds(500); // of many attempts one must be answered as fast
        var starting = RunningFeed.StartAsync(exchange, options, Spec(Btc));

        await Eventually.BecomesTrueAsync(() => exchange.OpenedConnections >= 2, "it tries again");
        exchange.Faults.SwallowAcknowledgements = false;

        await using var feed = await starting;
        Assert.Contains("SUBSCRIBE", feed.Feed.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ReplacesAConnectionThatIsAbortedWhileItSubscribes()
    {
        await using var exchange = await StartExchangeAsync();
        using var line = new LineCutWhileSending();

        // A feed that ends instead would never be connected.
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), new RunningFeed.Parts(Transport: line.Transport), Spec(Btc));
        await exchange.PublishAsync(Btc, 10);
        await ReceivedAsync(feed, Btc, 10);

        Assert.Equal(1, line.Cuts);
        Assert.False(feed.Running.IsCompleted);
        Assert.Contains("failed at SUBSCRIBE", feed.Feed.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SubscribesAgainWhatTheExchangeForgot()
    {
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        exchange.Faults.ForgottenStreams["ethusdt@trade"] = true;
        var options = RunningFeed.OptionsFor(exchange);
        options.AuditInterval = TimeSpan.FromMinutes(1);
        await using var feed = await RunningFeed.StartAsync(exchange, options, new RunningFeed.Parts(clock), Spec(Btc), Spec(Eth));
        Assert.Single(exchange.Subscriptions);

        await clock.AdvanceUntilAsync(() => feed.Receiver.Interruptions.Count == 2, LongestLook);

        Assert.Equal(2, exchange.Subscriptions.Count);
        Assert.Equal([Eth], feed.Receiver.Interruptions.Last().Symbols);
        Assert.Equal(1, exchange.OpenedConnections);
    }

    [Fact]
    public async Task RunAsync_SendsBrokenFramesToTheDeadLettersAndGoesOn()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));

        await exchange.SendTextAsync("""{"stream":"btcusdt@trade","data":{"e":"trade","E":17""");
        await exchange.SendTextAsync("""{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"1","A":"1"}}""");
        await exchange.SendTextAsync(new string('x', 100_000));
        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 5);

        Assert.Equal([DeadLetterReason.Malformed, DeadLetterReason.Malformed], feed.Receiver.Letters.Select(letter => letter.Reason));
        Assert.Equal("127.0.0.1", feed.Receiver.Letters.First().Source);
        Assert.Equal((8L, 2L), (feed.Feed.Status.Frames - 1, feed.Feed.Status.OtherFrames));
    }

    [Fact]
    public async Task RunAsync_DropsAConnectionThatSendsAMonster()
    {
        await using var exchange = await StartExchangeAsync();
        var options = RunningFeed.OptionsFor(exchange);
        options.MaxFrameBytes = 32 * 1024;
        await using var feed = await RunningFeed.StartAsync(exchange, options, Spec(Btc));

        await exchange.SendTextAsync(new string('x', 200_000));

        await Eventually.BecomesTrueAsync(() => feed.Receiver.Interruptions.Count == 2, "it reconnected");
        Assert.Contains("more than 32768 bytes", feed.Receiver.Interruptions.Last().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WaitsForItsReceiverAndLosesNothing()
    {
        await using var exchange = await StartExchangeAsync();
        var options = RunningFeed.OptionsFor(exchange);
        (options.BatchSize, options.BatchDelay) = (16, TimeSpan.FromSeconds(1));
        await using var feed = await RunningFeed.StartAsync(exchange, options, Spec(Btc));
        var gate = new TaskCompletionSource();
        feed.Receiver.Gate = gate.Task;

        // Not more than fits between a server that is done with them and a receiver that has not begun.
        await exchange.PublishAsync(Btc, 250);
        Assert.Empty(feed.Receiver.Prints(Btc));
        gate.SetResult();
        await AllReceivedAsync(feed, Btc);

        Assert.Equal(exchange.Trades(Btc), feed.Receiver.Prints(Btc).Select(received => received.Print));
        Assert.Equal(16, feed.Receiver.LargestBatch);
    }

    [Fact]
    public async Task RunAsync_EndsWithTheReceiversOwnFailure()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));
        feed.Receiver.Failure = new InvalidDataException("the engine is broken");

        await exchange.PublishAsync(Btc, 1);

        await EndedAsync(feed);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => feed.Running);
        Assert.Equal("the engine is broken", failure.Message);
    }

    [Fact]
    public async Task RunAsync_EndsWithTheReceiversFailureOnAConnectionThatIsBeingReplaced()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));
        exchange.Faults.RefuseStreams = true;
        await exchange.SendServerShutdownAsync();
        await Eventually.BecomesTrueAsync(() => feed.Feed.Status.Reconnects == 1, "it looks for another connection");
        feed.Receiver.Failure = new InvalidDataException("the engine is broken");

        await exchange.PublishAsync(Btc, 1);

        await EndedAsync(feed);
        await Assert.ThrowsAsync<InvalidDataException>(() => feed.Running);
    }

    [Fact]
    public async Task RunAsync_EndsWhereItsReceiverCallsAnInterruptionCancelled()
    {
        var clock = Clock();
        await using var exchange = await StartExchangeAsync(clock);
        exchange.Faults.ForgottenStreams["ethusdt@trade"] = true;
        var options = RunningFeed.OptionsFor(exchange);
        options.AuditInterval = TimeSpan.FromMinutes(1);
        await using var feed = await RunningFeed.StartAsync(exchange, options, new RunningFeed.Parts(clock), Spec(Btc), Spec(Eth));
        feed.Receiver.FailureWhenInterrupted = new TaskCanceledException("a connection was lost");

        await clock.AdvanceUntilAsync(() => feed.Running.IsCompleted, LongestLook);

        // Else nobody would watch the connection any more.
        Assert.Equal("a connection was lost", (await Assert.ThrowsAsync<TaskCanceledException>(() => feed.Running)).Message);
    }

    [Fact]
    public async Task RunAsync_GoesOnWhereAQuestionIsCalledCancelled()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), new RunningFeed.Parts(ExchangeClock: new LostClock()), Spec(Btc));

        await exchange.PublishAsync(Btc, 5);
        await ReceivedAsync(feed, Btc, 5);

        Assert.False(feed.Running.IsCompleted);
        Assert.Null(feed.Feed.Status.ClockOffsetMicros);
    }

    [Fact]
    public async Task Status_IsConnectedOnlyOnceTheReceiverHasBeenTold()
    {
        await using var exchange = await StartExchangeAsync();
        var told = new TaskCompletionSource();
        var receiver = new CollectingReceiver { InterruptionGate = told.Task };
        await using var feed = RunningFeed.Begin(exchange, RunningFeed.OptionsFor(exchange), new RunningFeed.Parts(Receiver: receiver), Spec(Btc));

        await Eventually.BecomesTrueAsync(() => receiver.InterruptionsBegun == 1, "the receiver is told");
        Assert.False(feed.Feed.Status.Connected);
        told.SetResult();

        await Eventually.BecomesTrueAsync(() => feed.Feed.Status.Connected, "it is connected");
        Assert.Single(receiver.Interruptions);
    }

    [Fact]
    public async Task RunAsync_StopsCleanly()
    {
        await using var exchange = await StartExchangeAsync();
        await using var feed = await RunningFeed.StartAsync(exchange, RunningFeed.OptionsFor(exchange), Spec(Btc));

        await StopAsync(feed);

        Assert.False(feed.Feed.Status.Connected);
        Assert.Equal(0, feed.Feed.Status.Connections);
    }

    [Fact]
    public async Task RunAsync_StopsCleanlyWhereAnAttemptFailsTheMomentItIsStopped()
    {
        await using var exchange = await StartExchangeAsync();
        using var line = new LineRefusedAtTheStop();
        using var transport = new HttpMessageInvoker(line);
        await using var feed = RunningFeed.Begin(exchange, RunningFeed.OptionsFor(exchange), new RunningFeed.Parts(Transport: transport), Spec(Btc));
        await Eventually.BecomesTrueAsync(() => line.Attempts == 1, "it connects");

        var stopping = StopAsync(feed);
        line.Refuse();
        await stopping;
    }

    // The tape has just ended: figures over the last 24 hours, last ids among them, need it.
    private static ManualTimeProvider Clock() => new(Micros.ToInstant(Start).AddMinutes(1));

    private static Task<FakeBinance> StartExchangeAsync(ManualTimeProvider? clock = null) => FakeBinance.StartAsync(
        Tape,
        clock is null
            ? new FakeBinanceOptions { ClockOffset = Micros.ToInstant(Start).AddMinutes(1) - TimeProvider.System.GetUtcNow() }
            : new FakeBinanceOptions { Clock = clock });

    private static SymbolSpec Spec(Symbol symbol) => Tape.Symbols[symbol].Spec;

    private static Task EndedAsync(RunningFeed feed) => Eventually.BecomesTrueAsync(() => feed.Running.IsCompleted, "it ends");

    private static async Task StopAsync(RunningFeed feed)
    {
        var stopping = feed.StopAsync();
        await Eventually.BecomesTrueAsync(() => stopping.IsCompleted, "it stops");
        await stopping;
    }

    private static Task ReceivedAsync(RunningFeed feed, Symbol symbol, int count) =>
        Eventually.BecomesTrueAsync(() => feed.Receiver.Prints(symbol).Length >= count, $"{count} trades of {symbol} are received");

    private static async Task AllReceivedAsync(RunningFeed feed, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            await ReceivedAsync(feed, symbol, feed.Exchange.Trades(symbol).Count);
        }
    }

    private static async Task PublishSlowlyAsync(FakeBinance exchange, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            await exchange.PublishAsync(Btc, 1);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>An exchange whose clock cannot be asked, because a connection was lost that calls its questions cancelled.</summary>
    private sealed class LostClock : IExchangeClock
    {
        public Task<long> MeasureOffsetAsync(CancellationToken cancellationToken) => Task.FromException<long>(new TaskCanceledException("a connection was lost"));
    }

    /// <summary>A line that is refused when the test says so, whatever else happens meanwhile.</summary>
    private sealed class LineRefusedAtTheStop : HttpMessageHandler
    {
        private readonly TaskCompletionSource _refused = new();
        private int _attempts;

        public int Attempts => Volatile.Read(ref _attempts);

        public void Refuse() => _refused.TrySetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            await _refused.Task;
            throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused");
        }
    }
}
