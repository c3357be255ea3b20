using System.Net.WebSockets;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>One connection: opened and subscribed by <see cref="OpenAsync"/>, read until it ends or is retired.</summary>
/// <remarks>
/// Three activities: one reads and hands trades on, one watches for silence and age, and the opener (later the watcher) sends control messages, so there is
/// never more than one sender. Server pings are answered by the socket itself.
/// </remarks>
internal sealed partial class StreamConnection : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly StreamContext _context;
    private readonly IReadOnlyList<SymbolSpec> _specs;
    private readonly Uri _endpoint;
    private readonly SemaphoreSlim _delivery;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _stopWatching;
    private readonly TaskCompletionSource<StreamEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AttemptLimiter _pacer;
    private readonly SilenceGauge _silence;
    private Task _reading = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Builds a connection; nothing is sent yet.</summary>
    /// <param name="context">What all connections share.</param>
    /// <param name="specs">The symbols it carries.</param>
    /// <param name="endpoint">The host.</param>
    /// <param name="delivery">Held while trades of these symbols are handed on: two connections overlap while one replaces the other.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public StreamConnection(StreamContext context, IReadOnlyList<SymbolSpec> specs, Uri endpoint, SemaphoreSlim delivery, CancellationToken cancellationToken)
    {
        _context = context;
        _specs = specs;
        _endpoint = endpoint;
        _delivery = delivery;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stopWatching = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _pacer = new AttemptLimiter(MessagesPerSecond, TimeSpan.FromSeconds(1), context.Clock);
        _silence = new SilenceGauge(context.Options.IdleTimeout, context.Options.MaxIdleTimeout);
        _batches = new Dictionary<SymbolSpec, SymbolBatch>(ReferenceEqualityComparer.Instance);
        foreach (var spec in specs)
        {
            _batches[spec] = new SymbolBatch(spec, context.Options.BatchSize);
        }
    }

    /// <summary>Completes when the connection is no longer wanted; it may still bring data until it is retired.</summary>
    public Task<StreamEnd> Ended => _ended.Task;

    /// <summary>Gets whether it is open and subscribed.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Gets whether nothing speaks against the data it brings; one that is about to be replaced in good time is healthy.</summary>
    public bool IsHealthy => !_ended.Task.IsCompleted
        || (!_reading.IsCompleted && _ended.Task.IsCompletedSuccessfully && _ended.Task.Result.Reason is StreamEndReason.Rotation or StreamEndReason.Shutdown);

    /// <summary>Connects and subscribes.</summary>
    /// <exception cref="StreamFailedException">It could not.</exception>
    public async Task OpenAsync()
    {
        await ConnectAsync(_stop.Token).ConfigureAwait(false);
        _openedTimestamp = _lastFrameTimestamp = _context.Clock.GetTimestamp();
        _reading = Task.Run(ReadAllAsync, CancellationToken.None);
        await SubscribeAsync([.. _specs.Select(spec => StreamPlanner.StreamOf(spec.Symbol))], _stop.Token).ConfigureAwait(false);
        IsUp = true;
        _context.OnConnection(+1);
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>Closes politely: what the server has already sent is still taken.</summary>
    public async Task RetireAsync()
    {
        await _stopWatching.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (_socket.State == WebSocketState.Open)
        {
            using var patience = new CancellationTokenSource(Farewell, _context.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", either.Token).ConfigureAwait(false);
                await _reading.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException)
            {
                // It did not say goodbye; it is dropped below.
            }
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Abort();
        await _reading.ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (IsUp)
        {
            IsUp = false;
            _context.OnConnection(-1);
        }

        _socket.Dispose();
        _stopWatching.Dispose();
        _stop.Dispose();
        _pacer.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _socket.Options.CollectHttpResponseDetails = true;

        // A half-open line is noticed by an unanswered ping. Pings count as messages; one in 15 s is far below the limit.
        _socket.Options.KeepAliveInterval = KeepAlive;
        _socket.Options.KeepAliveTimeout = KeepAlive;
        using var timeout = new CancellationTokenSource(_context.Options.ConnectTimeout, _context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var target = new UriBuilder(_endpoint) { Path = _endpoint.AbsolutePath.TrimEnd('/') + "/stream", Query = "timeUnit=MICROSECOND" }.Uri;
            await _socket.ConnectAsync(target, _context.Transport, either.Token).ConfigureAwait(false);
            _context.Hosts.OnWorked(_endpoint);
            _context.Metrics.OnConnectionAttempt("connected");
        }
        catch (Exception exception) when (exception is WebSocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw await OnConnectFailedAsync(exception, timeout.IsCancellationRequested, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<StreamFailedException> OnConnectFailedAsync(Exception exception, bool timedOut, CancellationToken cancellationToken)
    {
        var status = (int)_socket.HttpStatusCode;
        if (status is 451 or 403)
        {
            await _context.Hosts.OnRefusedAsync(_endpoint, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _context.Hosts.OnFailed(_endpoint, status is 418 or 429 ? RetryAfter() : TimeSpan.Zero);
        }

        _context.Metrics.OnConnectionAttempt(status == 0 ? "unreachable" : "refused");
        var found = status != 0 ? $"HTTP {status}" : timedOut ? $"no answer within {_context.Options.ConnectTimeout}" : exception.GetBaseException().Message;
        return new StreamFailedException($"{_endpoint.Host}: expected a WebSocket, found {found}", exception);
    }

    private TimeSpan RetryAfter() =>
        _socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Retry-After", out var values)
            && int.TryParse(values.FirstOrDefault(), out var seconds) && seconds is > 0 and <= 259_200
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromMinutes(2);
}
