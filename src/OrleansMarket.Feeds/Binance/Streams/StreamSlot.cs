using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Keeps one share of the symbols connected: reconnects after a loss, and replaces a connection that will go before it does.</summary>
internal sealed partial class StreamSlot : IDisposable
{
    private readonly StreamContext _context;
    private readonly IReadOnlyList<SymbolSpec> _specs;
    private readonly Symbol[] _symbols;
    private readonly SemaphoreSlim _delivery = new(1, 1);
    private readonly Backoff _backoff;
    private StreamConnection? _current;

    public StreamSlot(StreamContext context, IReadOnlyList<SymbolSpec> specs)
    {
        _context = context;
        _specs = specs;
        _symbols = [.. specs.Select(spec => spec.Symbol)];
        _backoff = new Backoff(context.Options.ReconnectDelay, context.Options.MaxReconnectDelay, context.Draw);
    }

    /// <summary>Gets whether a connection is up and brings data.</summary>
    public bool IsUp => Volatile.Read(ref _current) is { IsUp: true, IsHealthy: true };

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ReceiverFailedException">The receiver failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        StreamConnection? old = null;
        StreamConnection? fresh = null;
        var reason = "connected";
        try
        {
            while (true)
            {
                fresh = await EstablishAsync(cancellationToken).ConfigureAwait(false);

                // Whoever sees that it is connected may rely on it that the receiver has been told.
                await NotifyAsync(reason, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _current, fresh);
                if (old is not null)
                {
                    await old.RetireAsync().ConfigureAwait(false);
                    old = null;
                }

                var opened = _context.Clock.GetTimestamp();
                var end = await fresh.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
                reason = end.Detail;
                _context.Metrics.OnInterrupted(end.Tag);
                _context.OnReconnect();
                LogReplacing(_context.Logger, _specs.Count, end.Detail);

                // A connection that held for a while proves the host sound; one that fell at once must not be retried at full speed.
                if (_context.Clock.GetElapsedTime(opened) >= _context.Options.MaxReconnectDelay)
                {
                    _backoff.Reset();
                }

                if (end.MayStillBringData)
                {
                    old = fresh;
                    continue;
                }

                _context.LastError = end.Detail;
                await fresh.DisposeAsync().ConfigureAwait(false);
                await Task.Delay(_backoff.Next(), _context.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (old is not null)
            {
                await old.DisposeAsync().ConfigureAwait(false);
            }

            if (fresh is not null)
            {
                await fresh.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _delivery.Dispose();

    private async Task<StreamConnection> EstablishAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (endpoint, wait, _) = _context.Hosts.Choose();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _context.Clock, cancellationToken).ConfigureAwait(false);
            }

            await _context.Attempts.WaitAsync(cancellationToken).ConfigureAwait(false);
            var connection = new StreamConnection(_context, _specs, endpoint, _delivery, cancellationToken);
            try
            {
                await connection.OpenAsync().ConfigureAwait(false);
                LogConnected(_context.Logger, endpoint.Host, _specs.Count);
                return connection;
            }
            catch (StreamFailedException exception)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                _context.LastError = exception.Message;
                LogConnectFailed(_context.Logger, exception.Message);

                // Another host is tried at once; only when all have failed is there a reason to wait.
                var next = _context.Hosts.Choose();
                if (next.Rests || next.Endpoint == endpoint)
                {
                    await Task.Delay(_backoff.Next(), _context.Clock, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task NotifyAsync(string reason, CancellationToken cancellationToken)
    {
        try
        {
            await _context.Receiver.OnInterruptedAsync(_symbols, reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReceiverFailedException(exception);
        }
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Connected to {Host} for {Count} symbols")]
    private static partial void LogConnected(ILogger logger, string host, int count);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "No connection: {Error}")]
    private static partial void LogConnectFailed(ILogger logger, string error);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Information, Message = "Replacing the connection of {Count} symbols: {Reason}")]
    private static partial void LogReplacing(ILogger logger, int count, string reason);
}
