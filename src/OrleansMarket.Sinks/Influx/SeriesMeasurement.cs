namespace OrleansMarket.Sinks.Influx;

/// <summary>A measurement as <c>docs/influx.md</c> shows it.</summary>
public abstract class SeriesMeasurement
{
    private protected SeriesMeasurement(string name, string meaning, string time, IReadOnlyList<SeriesColumn> columns) =>
        (Name, Meaning, Time, Columns) = (name, meaning, time, columns);

    /// <summary>Gets the name in InfluxDB.</summary>
    public string Name { get; }

    /// <summary>Gets what a point of it is.</summary>
    public string Meaning { get; }

    /// <summary>Gets which time its points have.</summary>
    public string Time { get; }

    /// <summary>Gets tags and fields, tags first.</summary>
    public IReadOnlyList<SeriesColumn> Columns { get; }
}

/// <summary>A measurement and how its points are made: one list of columns decides what is written and what the documentation says.</summary>
/// <typeparam name="T">What a point is made from.</typeparam>
internal sealed class SeriesMeasurement<T> : SeriesMeasurement
{
    private readonly Func<T, long> _nanos;
    private readonly IReadOnlyList<ColumnWriter<T>> _writers;

    private SeriesMeasurement(string name, string meaning, string time, Func<T, long> nanos, IReadOnlyList<(SeriesColumn Column, ColumnWriter<T> Write)> columns)
        : base(name, meaning, time, [.. columns.Select(column => column.Column)])
    {
        _nanos = nanos;
        _writers = [.. columns.Select(column => column.Write)];
    }

    /// <summary>Adds a point as a line.</summary>
    public void Write(LineBuffer lines, T sample)
    {
        var line = lines.Begin(Name);
        foreach (var write in _writers)
        {
            write(line, sample);
        }

        line.End(_nanos(sample));
    }

    /// <summary>Lists the columns of a measurement.</summary>
    internal sealed class Builder(string name, string meaning)
    {
        private readonly List<(SeriesColumn Column, ColumnWriter<T> Write)> _columns = [];

        public Builder Tag(string column, string meaning, Func<T, string> value) =>
            Add(new(column, SeriesColumnType.Tag, "", meaning, false), (line, sample) => line.Tag(column, value(sample)));

        public Builder Decimal(string column, string unit, string meaning, Func<T, decimal> value) =>
            Add(new(column, SeriesColumnType.FloatField, unit, meaning, false), (line, sample) => line.Field(column, value(sample)));

        public Builder OptionalDecimal(string column, string unit, string meaning, Func<T, decimal?> value) =>
            Add(new(column, SeriesColumnType.FloatField, unit, meaning, true), (line, sample) =>
            {
                if (value(sample) is { } known)
                {
                    line.Field(column, known);
                }
            });

        public Builder Float(string column, string unit, string meaning, Func<T, double> value) =>
            Add(new(column, SeriesColumnType.FloatField, unit, meaning, false), (line, sample) => line.Field(column, value(sample)));

        public Builder OptionalFloat(string column, string unit, string meaning, Func<T, double?> value) =>
            Add(new(column, SeriesColumnType.FloatField, unit, meaning, true), (line, sample) => line.Field(column, value(sample) ?? double.NaN));

        public Builder Integer(string column, string unit, string meaning, Func<T, long> value) =>
            Add(new(column, SeriesColumnType.IntegerField, unit, meaning, false), (line, sample) => line.Field(column, value(sample)));

        public Builder OptionalInteger(string column, string unit, string meaning, Func<T, long?> value) =>
            Add(new(column, SeriesColumnType.IntegerField, unit, meaning, true), (line, sample) =>
            {
                if (value(sample) is { } known)
                {
                    line.Field(column, known);
                }
            });

        public Builder Boolean(string column, string meaning, Func<T, bool> value) =>
            Add(new(column, SeriesColumnType.BooleanField, "", meaning, false), (line, sample) => line.Field(column, value(sample)));

        public Builder Text(string column, string meaning, Func<T, string> value) =>
            Add(new(column, SeriesColumnType.StringField, "", meaning, false), (line, sample) => line.Field(column, value(sample)));

        public Builder OptionalText(string column, string meaning, Func<T, string?> value) =>
            Add(new(column, SeriesColumnType.StringField, "", meaning, true), (line, sample) =>
            {
                if (value(sample) is { } known)
                {
                    line.Field(column, known);
                }
            });

        public Builder Each<TItem>(IEnumerable<TItem> items, Func<Builder, TItem, Builder> add) => items.Aggregate(this, add);

        public SeriesMeasurement<T> Build(string time, Func<T, long> nanos) => new(name, meaning, time, nanos, _columns);

        private Builder Add(SeriesColumn column, ColumnWriter<T> write)
        {
            _columns.Add((column, write));
            return this;
        }
    }
}

/// <summary>Writes one column of a sample.</summary>
internal delegate void ColumnWriter<in T>(LineBuffer line, T sample);
