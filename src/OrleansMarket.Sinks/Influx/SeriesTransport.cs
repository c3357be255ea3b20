using System.Globalization;

namespace OrleansMarket.Sinks.Influx;

/// <summary>What every transport has in common: how it connects, how long it waits, and what it says when nobody answers.</summary>
public abstract class SeriesTransport : ISeriesTransport, IDisposable
{
    /// <summary>Keeps the settings; nothing is sent yet.</summary>
    protected SeriesTransport(InfluxOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Clock) = (options, clock);
    }

    /// <summary>Gets where to write, and how long to wait for an answer.</summary>
    protected InfluxOptions Options { get; }

    /// <summary>Gets the clock.</summary>
    protected TimeProvider Clock { get; }

    /// <inheritdoc/>
    public async Task<SeriesOutcome> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Options.Timeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await SendAsync(lines, either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException || patience.IsCancellationRequested)
        {
            return SeriesOutcome.Unreachable(string.Create(CultureInfo.InvariantCulture, $"no answer within {Options.Timeout.TotalSeconds} s"));
        }
        catch (Exception exception) when (Explain(exception) is { } outcome)
        {
            return outcome;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends a batch once.</summary>
    /// <param name="lines">Line protocol, each line ended by a line feed.</param>
    /// <param name="cancellationToken">The time is up, or the caller gives up.</param>
    protected abstract Task<SeriesOutcome> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);

    /// <summary>What an exception of <see cref="SendAsync"/> means, without quoting the request; <see langword="null"/> for a defect of ours.</summary>
    protected abstract SeriesOutcome? Explain(Exception exception);

    /// <summary>Lets go of the connection.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Connections without logging, tracing, cookies or redirects, because the token travels in a header.</summary>
    protected SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Without a propagator no activity is begun, and so no span of ours goes to the server.
        ActivityHeadersPropagator = null,
        ConnectTimeout = Options.Timeout,
        MaxConnectionsPerServer = 1,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
    };
}
