namespace OrleansMarket.Sinks.Influx;

/// <summary>What is wrong on the way to InfluxDB, for health. It never becomes an alert.</summary>
public sealed class SeriesHealth
{
    private volatile string? _delivery;
    private volatile string? _spool;

    /// <summary>All trouble in one line, or <see langword="null"/> when there is none.</summary>
    public string? Describe() => (_spool, _delivery) switch
    {
        (null, null) => null,
        ({ } spool, null) => spool,
        (null, { } delivery) => delivery,
        ({ } spool, { } delivery) => $"{spool}; {delivery}",
    };

    /// <summary>Remembers what is wrong with the delivery; answers whether that is news.</summary>
    internal bool SetDelivery(string? problem)
    {
        var isNews = _delivery != problem;
        _delivery = problem;
        return isNews;
    }

    /// <summary>Remembers what is wrong with the spool; answers whether that is news.</summary>
    internal bool SetSpool(string? problem)
    {
        var isNews = _spool != problem;
        _spool = problem;
        return isNews;
    }
}
