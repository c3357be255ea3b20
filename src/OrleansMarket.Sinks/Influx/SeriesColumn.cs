namespace OrleansMarket.Sinks.Influx;

/// <summary>A tag or a field of a measurement, as <c>docs/influx.md</c> shows it.</summary>
/// <param name="Name">The name in InfluxDB.</param>
/// <param name="Type">What it is there.</param>
/// <param name="Unit">The unit of its values; empty where there is none.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="IsOptional">Whether a point may be without it.</param>
public sealed record SeriesColumn(string Name, SeriesColumnType Type, string Unit, string Meaning, bool IsOptional);

/// <summary>What a column is in InfluxDB.</summary>
public enum SeriesColumnType : byte
{
    /// <summary>An indexed text of few values; part of a point's identity.</summary>
    Tag,

    /// <summary>A 64-bit floating-point number.</summary>
    FloatField,

    /// <summary>A 64-bit integer.</summary>
    IntegerField,

    /// <summary>True or false.</summary>
    BooleanField,

    /// <summary>A text.</summary>
    StringField,
}
