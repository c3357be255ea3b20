using Microsoft.Extensions.Options;
using OrleansMarket.Contract;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class HttpSeriesTransportTests : SeriesTransportContract
{
    /// <inheritdoc/>
    protected override string Broken => "the connection broke";

    /// <inheritdoc/>
    protected override string Absent => "no connection";

    /// <inheritdoc/>
    protected override SeriesTransport Create(InfluxOptions options, TimeProvider clock) => new HttpSeriesTransport(Options.Create(options), clock);
}
