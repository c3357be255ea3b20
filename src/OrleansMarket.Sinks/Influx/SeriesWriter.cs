using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Takes lines from the spool to InfluxDB, in order, batch after batch. Trouble is logged and shown in <see cref="SeriesHealth"/>; lines wait
/// meanwhile, and nothing else does.
/// </summary>
internal sealed partial class SeriesWriter : BackgroundService
{
    /// <summary>How long what is left may take when we are stopped; the rest waits for the next start.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SeriesSpool _spool;
    private readonly ISeriesTransport _transport;
    private readonly InfluxOptions _options;
    private readonly BadLines _badLines;
    private readonly SeriesHealth _health;
    private readonly SeriesInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<SeriesWriter> _logger;
    private readonly ResiliencePipeline<SeriesOutcome> _patience;

    public SeriesWriter(
        SeriesSpool spool, ISeriesTransport transport, IOptions<InfluxOptions> options, SeriesHealth health, SeriesInstruments instruments,
        TimeProvider clock, ILogger<SeriesWriter> logger)
    {
        (_spool, _transport, _options, _health, _instruments, _clock, _logger) = (spool, transport, options.Value, health, instruments, clock, logger);
        _badLines = new BadLines(_options.SpoolDirectory!, clock);
        _patience = new ResiliencePipelineBuilder<SeriesOutcome> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<SeriesOutcome>
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result.Status is SeriesStatus.Overloaded or SeriesStatus.Refused or SeriesStatus.Unreachable),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.BackOff,
                MaxDelay = _options.MaxBackOff,
                // What the server asks for wins over our own pause; nothing else is sent meanwhile.
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result.RetryAfter),
                OnRetry = arguments =>
                {
                    OnTrouble(arguments.Outcome.Result);
                    return default;
                },
            })
            .Build();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Farewell, _clock);
        using var farewell = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // Once, without patience: what cannot be delivered now is delivered after the next start.
            while (_spool.Peek(_options.BatchPoints, _options.BatchBytes) is { } batch
                && (await SendAsync(batch.Lines, farewell.Token).ConfigureAwait(false)).Status == SeriesStatus.Written)
            {
                _instruments.OnWritten(batch.Points);
                _spool.Advance(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // Out of time.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        LogStarted(_logger, _options.Url, _options.Bucket, _options.Org);
        _instruments.OnStarted();
        try
        {
            while (true)
            {
                await _spool.WaitAsync(stoppingToken).ConfigureAwait(false);
                var (bytes, points, age) = _spool.Describe();
                if (points < _options.BatchPoints && bytes < _options.BatchBytes && age < _options.BatchAge)
                {
                    await Task.Delay(_options.BatchAge - age, _clock, stoppingToken).ConfigureAwait(false);
                }

                if (_spool.Peek(_options.BatchPoints, _options.BatchBytes) is { } batch)
                {
                    await DeliverAsync(batch.Lines, stoppingToken).ConfigureAwait(false);
                    _spool.Advance(batch);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped; what was not delivered is in the spool.
        }
    }

    /// <summary>Delivers lines in full: each is written, or set aside as bad.</summary>
    private async Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var parts = new Stack<ReadOnlyMemory<byte>>([lines]);
        while (parts.TryPop(out var part))
        {
            if (part.IsEmpty)
            {
                continue;
            }

            var outcome = await _patience.ExecuteAsync(async token => await SendAsync(part, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (_health.SetDelivery(null))
            {
                LogRecovered(_logger);
            }

            if (outcome.Status == SeriesStatus.Written)
            {
                _instruments.OnWritten(LineText.Count(part.Span));
                continue;
            }

            var (bad, next) = BadLineFinder.Judge(part, outcome);
            SetAside(bad);
            for (var i = next.Count - 1; i >= 0; i--)
            {
                parts.Push(next[i]);
            }
        }
    }

    private async ValueTask<SeriesOutcome> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        SeriesOutcome outcome;
        try
        {
            outcome = await _transport.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The kind of failure, not its text: a text may quote what we were about to send, or with what.
            outcome = SeriesOutcome.Unreachable($"the transport failed ({exception.GetType().Name})");
        }

        _instruments.OnRequest(outcome.Status, _clock.GetElapsedTime(started));
        return outcome;
    }

    private void SetAside(IReadOnlyList<BadLine> bad)
    {
        if (bad.Count == 0)
        {
            return;
        }

        _instruments.OnBadLines(bad.Count);
        try
        {
            _badLines.Add(bad);
            LogBad(_logger, bad.Count, BadLines.FileName, bad[0].Reason);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogBadLost(_logger, bad.Count, bad[0].Reason, exception.GetType().Name);
        }
    }

    private void OnTrouble(in SeriesOutcome outcome)
    {
        if (_health.SetDelivery(outcome.Problem))
        {
            if (outcome.Status == SeriesStatus.Refused)
            {
                LogRefused(_logger, outcome.Problem);
            }
            else
            {
                LogTrouble(_logger, outcome.Problem);
            }
        }
    }

    [LoggerMessage(EventId = 2211, Level = LogLevel.Information, Message = "Time series go to InfluxDB at {Url}, bucket {Bucket} of {Org}")]
    private static partial void LogStarted(ILogger logger, string? url, string? bucket, string? org);

    [LoggerMessage(EventId = 2212, Level = LogLevel.Warning, Message = "Time series wait on the disk: {Problem}; it is tried again")]
    private static partial void LogTrouble(ILogger logger, string? problem);

    [LoggerMessage(EventId = 2213, Level = LogLevel.Error, Message = "Time series wait on the disk: {Problem}")]
    private static partial void LogRefused(ILogger logger, string? problem);

    [LoggerMessage(EventId = 2214, Level = LogLevel.Information, Message = "InfluxDB takes time series again")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(EventId = 2215, Level = LogLevel.Error, Message = "InfluxDB refused {Count} lines; they are in {File}, the first because: {Reason}")]
    private static partial void LogBad(ILogger logger, int count, string file, string reason);

    [LoggerMessage(EventId = 2216, Level = LogLevel.Error, Message = "InfluxDB refused {Count} lines, the first because: {Reason}; they could not be set aside ({Failure}) and are lost")]
    private static partial void LogBadLost(ILogger logger, int count, string reason, string failure);
}
