using Microsoft.Extensions.Options;
using OrleansMarket.Contract;
using OrleansMarket.Silo.Influx;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Cluster.Tests.Influx;

public sealed class ClientSeriesTransportTests : SeriesTransportContract
{
    /// <inheritdoc/>
    protected override string Broken => "no connection, or it broke";

    /// <inheritdoc/>
    protected override string Absent => "no connection, or it broke";

    /// <inheritdoc/>
    protected override SeriesTransport Create(InfluxOptions options, TimeProvider clock) => new ClientSeriesTransport(Options.Create(options), clock);
}
