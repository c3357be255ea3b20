using System.Diagnostics.Metrics;

namespace OrleansMarket.TestKit;

/// <summary>Meters that nobody reads.</summary>
public sealed class PlainMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
