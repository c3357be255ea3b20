namespace OrleansMarket.Sinks.Influx;

/// <summary>Brings lines to the server. One call at a time; batching, order, waiting and retrying are the caller's.</summary>
public interface ISeriesTransport
{
    /// <summary>Writes a batch once. Throws only when cancelled.</summary>
    /// <param name="lines">Line protocol with times in ns, each line ended by a line feed.</param>
    /// <param name="cancellationToken">Gives up; whether the batch arrived is then unknown, and it may be written again.</param>
    Task<SeriesOutcome> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);
}
