using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Times of points, ns.</summary>
internal static class SeriesTime
{
    private const long NanosPerMicro = 1_000;

    /// <summary>A time in ns.</summary>
    public static long Nanos(long micros) => micros * NanosPerMicro;

    /// <inheritdoc cref="Nanos(long)"/>
    public static long Nanos(DateTimeOffset instant) => Nanos(Micros.From(instant));

    /// <summary>
    /// A time in ns that keeps things of one microsecond apart: the last three digits of their number stand where a microsecond has none. The
    /// same thing always has the same time. Of more than 1,000 things in one microsecond some share a point.
    /// </summary>
    public static long Apart(long micros, long number) => Nanos(micros) + (long)((ulong)number % NanosPerMicro);

    /// <summary>The same for things without a number: FNV-1a of their identity stands in for it.</summary>
    public static long Apart(long micros, string identity)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var c in identity)
        {
            hash = unchecked((hash ^ c) * 1_099_511_628_211);
        }

        return Nanos(micros) + (long)(hash % NanosPerMicro);
    }

    /// <summary>The start of the sampling period that holds an instant, ns: whoever samples, and however late, writes the same point.</summary>
    public static long Sampled(DateTimeOffset instant, TimeSpan period) => Nanos(Micros.Floor(Micros.From(instant), Micros.From(period)));
}
