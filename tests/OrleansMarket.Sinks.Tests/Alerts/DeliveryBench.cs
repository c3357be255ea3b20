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
    private readonly List<IDisposable> _disposables = [];
    private WatchedChannel? _channel;
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
        _channel = new(inner);
        var instruments = new AlertInstruments(new Meters(_disposables));
        _service = new(
            Store, [_channel], Microsoft.Extensions.Options.Options.Create(Options), Status, instruments, Clock, Log.For<AlertDeliveryService>(), jobs: Jobs);
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

    /// <summary>Moves the clock from timer to timer, but not past an answer that is on its way.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"expected the condition to hold; {Slack.Requests.Count} requests, {Slack.Hanging} hanging, {Clock.WaitingTimers} timers; log: {Log}");
            }

            if ((_channel is not { InFlight: > 0 } || Slack.Hanging > 0) && Clock.UntilNextTimer is { } next)
            {
                Clock.Advance(next);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var disposable in _disposables)
        {
            disposable.Dispose();
        }

        await Slack.DisposeAsync();
    }

    /// <summary>Counts sends that have begun and not ended.</summary>
    private sealed class WatchedChannel(IAlertChannel inner) : IAlertChannel
    {
        private int _inFlight;

        public int InFlight => Volatile.Read(ref _inFlight);

        public string Name => inner.Name;

        public TimeSpan MinInterval => inner.MinInterval;

        public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _inFlight);
            try
            {
                return await inner.SendAsync(entry, first, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
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
