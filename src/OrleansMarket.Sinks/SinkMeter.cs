namespace OrleansMarket.Sinks;

/// <summary>The meter of everything that is measured here.</summary>
public static class SinkMeter
{
    /// <summary>Its name.</summary>
    public const string Name = "OrleansMarket.Sinks";
}
