using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Slack;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using OrleansMarket.TestKit.Slack;

namespace OrleansMarket.Sinks.Tests.Alerts;

/// <summary>The delivery service over a store in memory and a fake Slack, on a clock that the test moves.</summary>
internal sealed class DeliveryBench : IAsyncDisposable
{
    /// <summary>How many timers wait while the service has nothing to do: one of each of its loops (dispatch, upkeep, the one channel).</summary>
    private const int Loops = 3;

    private readonly List<IDisposable> _disposables = [];
    private readonly Sends _sends = new();
    private AlertDeliveryService? _service;

    private DeliveryBench(FakeSlack slack, ManualTimeProvider clock, IAlertStore store)
    {
        Slack = slack;
        Clock = clock;
        Store = store;
    }

    public FakeSlack Slack { get; }

    public ManualTimeProvider Clock { get; }

    public JobLog Jobs { get; } = new();

    public IAlertStore Store { get; set; }

    public AlertDeliveryStatus Status { get; } = new();

    public CapturedLog Log { get; } = new();

    public AlertOptions Options { get; } = new() { GroupWindow = TimeSpan.Zero, BackOff = TimeSpan.FromSeconds(1), MaxBackOff = TimeSpan.FromSeconds(20) };

    public static async Task<DeliveryBench> CreateAsync()
    {
        var clock = new ManualTimeProvider(Messages.Start);
        return new(await FakeSlack.StartAsync(clock), clock, new InMemoryAlertStore());
    }

    public static SlackOptions SlackOptions(FakeSlack slack) => new() { WebhookUrl = slack.WebhookUrl, AllowedHosts = ["127.0.0.1"] };

    public async Task StartAsync()
    {
        var inner = new SlackWebhookChannel(SlackOptions(Slack), Options, Clock);
        var instruments = new AlertInstruments(new Meters(_disposables));
        _service = new(
            Store, [new WatchedChannel(inner, _sends)], Microsoft.Extensions.Options.Options.Create(Options), Status, instruments, Clock, Log.For<AlertDeliveryService>(), jobs: Jobs);
        _disposables.Add(inner);
        await _service.StartAsync(default);
    }

    public async Task StopAsync()
    {
        if (_service is { } service)
        {
            _service = null;
            var stopping = service.StopAsync(default);
            await AdvanceUntilAsync(() => stopping.IsCompleted);
            await stopping;
            service.Dispose();
        }
    }

    public Task AppendAsync(params AlertTransition[] transitions) => Store.AppendAsync(transitions, Clock.GetUtcNow(), default);

    /// <summary>Moves the clock from timer to timer, but never past anything that the service is about to do, or past an answer that is on its way.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"expected the condition to hold; {_sends.Begun} sends, {Slack.Requests.Count} requests, {Clock.WaitingTimers} timers; log: {Log}");
            }

            if (IsAtRest && Clock.UntilNextTimer is { } next)
            {
                Clock.Advance(next);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }
    }

    // A service that runs rests when each of its loops waits for the clock; one that is being stopped has only a send left to wait for.
    private bool IsAtRest => (_service is null || Clock.WaitingTimers >= Loops) && (_sends.InFlight == 0 || IsHanging);

    /// <summary>Gets whether the send under way has reached a Slack that will not answer it. An earlier one that hung does not count, though its end may not have been noticed there.</summary>
    private bool IsHanging => Slack.Requests.Count == _sends.Begun && Slack.Requests.Last().Hangs;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var disposable in _disposables)
        {
            disposable.Dispose();
        }

        await Slack.DisposeAsync();
    }

    /// <summary>Counts sends, over restarts of the service.</summary>
    private sealed class Sends
    {
        private int _begun;
        private int _ended;

        public int Begun => Volatile.Read(ref _begun);

        public int InFlight => Begun - Volatile.Read(ref _ended);

        public void Begin() => Interlocked.Increment(ref _begun);

        public void End() => Interlocked.Increment(ref _ended);
    }

    private sealed class WatchedChannel(IAlertChannel inner, Sends sends) : IAlertChannel
    {
        public string Name => inner.Name;

        public TimeSpan MinInterval => inner.MinInterval;

        public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
        {
            sends.Begin();
            try
            {
                return await inner.SendAsync(entry, first, cancellationToken);
            }
            finally
            {
                sends.End();
            }
        }
    }

    private sealed class Meters(List<IDisposable> disposables) : IMeterFactory
    {
        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            disposables.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            // The bench disposes the meters.
        }
    }
}

/// <summary>Keeps everything that is logged, from trace up.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Entries { get; } = new();

    public ILogger<T> For<T>() => new Logger<T>(new LoggerFactory([this], new LoggerFilterOptions { MinLevel = LogLevel.Trace }));

    public ILogger CreateLogger(string categoryName) => new Sink(this);

    public void Dispose()
    {
        // Nothing is held.
    }

    public override string ToString() => string.Join('\n', Entries.Select(entry => $"{entry.Level}: {entry.Text}"));

    private sealed class Sink(CapturedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            log.Entries.Enqueue((LogLevel.Trace, state.ToString() ?? ""));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Entries.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
