using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace OrleansMarket.Web.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4. Names follow OpenTelemetry's compatibility rules: dots become underscores, the unit
/// becomes a suffix, counters end in <c>_total</c>. Beyond those rules it follows Prometheus' own: values of whole orders of a base unit are told in that unit
/// (milliseconds as seconds, megabytes as bytes), labels are in snake_case, and only histograms have a <c>_count</c>.
/// </summary>
/// <remarks>Sources: Prometheus, "Exposition formats"; OpenTelemetry, "Prometheus and OpenMetrics Compatibility".</remarks>
internal sealed class PrometheusWriter
{
    /// <summary>The content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly Dictionary<string, (string Word, double Factor)> Units = new(StringComparer.Ordinal)
    {
        ["s"] = ("seconds", 1),
        ["ms"] = ("seconds", 1e-3),
        ["us"] = ("seconds", 1e-6),
        ["ns"] = ("seconds", 1e-9),
        ["min"] = ("seconds", 60),
        ["h"] = ("seconds", 3_600),
        ["d"] = ("seconds", 86_400),
        ["By"] = ("bytes", 1),
        ["KiBy"] = ("bytes", 1_024),
        ["MiBy"] = ("bytes", 1_048_576),
        ["MB"] = ("bytes", 1_048_576), // as Orleans counts them
        ["Cel"] = ("celsius", 1),
        ["Hz"] = ("hertz", 1),
        ["V"] = ("volts", 1),
        ["%"] = ("percent", 1),
    };

    private static readonly Dictionary<string, string> PerUnits = new(StringComparer.Ordinal)
    {
        ["s"] = "second",
        ["min"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
    };

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly List<Family> _order = [];

    /// <summary>Adds all points of a metric. One whose name another metric has taken with another type is left out: a name has one type.</summary>
    public void Add(Metric metric)
    {
        var type = TypeOf(metric.MetricType);
        if (type is null)
        {
            return;
        }

        var name = NameOf(metric.Name, metric.Unit, type);
        if (!_families.TryGetValue(name, out var family))
        {
            _families[name] = family = new Family(name, type, string.IsNullOrEmpty(metric.Description) ? $"{metric.Name}." : metric.Description, new StringBuilder());
            _order.Add(family);
        }

        if (family.Type != type)
        {
            return;
        }

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            // Two meters may share a name; one series must not occur twice.
            var labels = LabelsOf(in point);
            if (family.Series.Add(labels))
            {
                WritePoint(family, labels, metric.MetricType, FactorOf(metric.Unit), in point);
            }
        }
    }

    /// <summary>The whole exposition.</summary>
    public string Finish()
    {
        foreach (var family in _order)
        {
            _text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n')
                .Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n')
                .Append(family.Samples);
        }

        return _text.ToString();
    }

    /// <summary>The exposed name of an instrument.</summary>
    public static string NameOf(string instrument, string? unit, string type)
    {
        var name = new StringBuilder(Sanitize(instrument));
        var suffix = SuffixOf(unit, type);
        if (suffix.Length > 0 && !EndsWithWord(name.ToString(), suffix))
        {
            name.Append('_').Append(suffix);
        }

        if (type == "counter" && !EndsWithWord(name.ToString(), "total"))
        {
            name.Append("_total");
        }
        else if (type == "gauge" && EndsWithWord(name.ToString(), "count"))
        {
            return Plural(name.ToString()[..^"_count".Length]);
        }

        return name.ToString();
    }

    /// <summary>A label's value between quotes.</summary>
    public static string EscapeLabel(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A help text on its line.</summary>
    public static string EscapeHelp(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A number as the format writes it.</summary>
    public static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Plural(string name) => name.EndsWith('y') ? $"{name[..^1]}ies" : $"{name}s";

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    private static void WritePoint(Family family, string labels, MetricType type, double factor, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(family.Samples, family.Name, labels, Scaled(point.GetSumLong(), factor));
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(family.Samples, family.Name, labels, Number(point.GetSumDouble() * factor));
                break;
            case MetricType.LongGauge:
                Sample(family.Samples, family.Name, labels, Scaled(point.GetGaugeLastValueLong(), factor));
                break;
            case MetricType.DoubleGauge:
                Sample(family.Samples, family.Name, labels, Number(point.GetGaugeLastValueDouble() * factor));
                break;
            case MetricType.Histogram:
                WriteHistogram(family, labels, factor, in point);
                break;
        }
    }

    private static void WriteHistogram(Family family, string labels, double factor, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var edge = $"le=\"{Number(bucket.ExplicitBound * factor)}\"";
            Sample(family.Samples, family.Name + "_bucket", labels.Length == 0 ? edge : $"{labels},{edge}", below.ToString(CultureInfo.InvariantCulture));
        }

        Sample(family.Samples, family.Name + "_sum", labels, Number(point.GetHistogramSum() * factor));
        Sample(family.Samples, family.Name + "_count", labels, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
    }

    // A whole number that is not converted keeps all its digits.
    private static string Scaled(long value, double factor) => factor == 1 ? value.ToString(CultureInfo.InvariantCulture) : Number(value * factor);

    private static double FactorOf(string? unit) => unit is not null && Units.TryGetValue(unit, out var known) ? known.Factor : 1;

    private static void Sample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static string LabelsOf(in MetricPoint point)
    {
        var labels = new StringBuilder();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in point.Tags)
        {
            var name = SnakeCase(tag.Key);
            if (!names.Add(name))
            {
                continue;
            }

            if (labels.Length > 0)
            {
                labels.Append(',');
            }

            var value = tag.Value switch
            {
                bool flag => flag ? "true" : "false",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => tag.Value?.ToString() ?? "",
            };
            labels.Append(name).Append("=\"").Append(EscapeLabel(value)).Append('"');
        }

        return labels.ToString();
    }

    private static string Sanitize(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var kept = char.IsAsciiLetterOrDigit(c) ? c : '_';
            if (kept != '_' || clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append(kept);
            }
        }

        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean.ToString();
    }

    private static string SnakeCase(string name)
    {
        var clean = Sanitize(name);
        var snake = new StringBuilder(clean.Length);
        for (var i = 0; i < clean.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(clean[i]) && char.IsAsciiLetterLower(clean[i - 1]))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(clean[i]));
        }

        return snake.ToString();
    }

    private static string SuffixOf(string? unit, string type)
    {
        if (string.IsNullOrEmpty(unit))
        {
            return "";
        }

        if (unit == "1")
        {
            return type == "gauge" ? "ratio" : "";
        }

        var parts = unit.Split('/', 2);
        var over = Units.TryGetValue(parts[0], out var known) ? known.Word : Word(parts[0]);
        return parts.Length == 1 ? over : $"{over}_per_{PerUnits.GetValueOrDefault(parts[1]) ?? Word(parts[1])}".TrimStart('_');
    }

    // Annotations such as {trade} are for people and leave no suffix.
    private static string Word(string unit) => unit.StartsWith('{') ? "" : Sanitize(unit);

    private static bool EndsWithWord(string name, string word) => name == word || name.EndsWith("_" + word, StringComparison.Ordinal);

    private sealed record Family(string Name, string Type, string Help, StringBuilder Samples)
    {
        public HashSet<string> Series { get; } = new(StringComparer.Ordinal);
    }
}
