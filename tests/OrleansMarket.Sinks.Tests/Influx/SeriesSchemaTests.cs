using System.Globalization;
using System.Text;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class SeriesSchemaTests
{
    private const string Begin = "<!-- schema: SeriesSchemaTests checks it against the code -->\n";
    private const string End = "<!-- end of schema -->\n";

    [Fact]
    public void Documentation_ShowsWhatIsWritten()
    {
        var document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "influx.md")).ReplaceLineEndings("\n");
        var shown = document.Split(Begin)[1].Split(End)[0];

        Assert.True(Tables() == shown, $"expected docs/influx.md to show the schema; between its marks it should read:\n{Tables()}<<");
    }

    [Fact]
    public void Names_AreUniqueAndPlain()
    {
        Assert.Equal(["candle", "market", "whale", "alert", "pipeline", "price", "trade"], SeriesSchema.Measurements.Select(measurement => measurement.Name));
        foreach (var measurement in SeriesSchema.Measurements)
        {
            Assert.Equal(measurement.Columns.Count, measurement.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count());
            Assert.All(measurement.Columns, column => Assert.Matches("^[a-z][a-z0-9_]*$", column.Name));
            Assert.DoesNotContain(measurement.Columns, column => column.Name is "time");
            Assert.True(measurement.Columns.SkipWhile(column => column.Type == SeriesColumnType.Tag).All(column => column.Type != SeriesColumnType.Tag), "tags come first");
        }
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var measurement in SeriesSchema.Measurements)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### `{measurement.Name}`\n\n{measurement.Meaning}\n\nTime: {measurement.Time}.\n\n| Name | Type | Unit | Meaning |\n|---|---|---|---|\n");
            foreach (var column in measurement.Columns)
            {
                var type = column.Type switch
                {
                    SeriesColumnType.Tag => "tag",
                    SeriesColumnType.FloatField => "float",
                    SeriesColumnType.IntegerField => "integer",
                    SeriesColumnType.BooleanField => "boolean",
                    _ => "string",
                };
                text.Append(CultureInfo.InvariantCulture, $"| `{column.Name}` | {type}{(column.IsOptional ? ", optional" : "")} | {(column.Unit.Length > 0 ? $"`{column.Unit}`" : "")} | {column.Meaning} |\n");
            }
        }

        return text.Append('\n').ToString();
    }
}
