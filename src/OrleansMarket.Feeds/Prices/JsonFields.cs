using System.Globalization;
using System.Text.Json;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Reads fields of answers that may be anything. A number is a JSON number or a number in quotes, finite, and not beyond what there can be of anything.</summary>
internal static class JsonFields
{
    // Far beyond any price or amount, and small enough for sums and differences of it.
    private const decimal Largest = 1e24m;

    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A field, or an undefined element when it is absent or its holder is no object.</summary>
    public static JsonElement Field(this JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var field) ? field : default;

    /// <summary>An item, or an undefined element when it is absent or its holder is no array.</summary>
    public static JsonElement Item(this JsonElement holder, int index) =>
        holder.ValueKind == JsonValueKind.Array && index < holder.GetArrayLength() ? holder[index] : default;

    public static decimal? Number(this JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Number when field.TryGetDecimal(out var number) && Math.Abs(number) <= Largest => number,
        JsonValueKind.String when decimal.TryParse(field.GetString(), Plain, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= Largest => number,
        _ => null,
    };

    /// <summary>How far a price is from one before, percent; <see langword="null"/> where that is none.</summary>
    public static double? PercentSince(this decimal price, decimal? before) => before > 0 ? 100 * ((double)(price - before.Value) / (double)before.Value) : null;

    public static string? Text(this JsonElement field) => field.ValueKind == JsonValueKind.String ? field.GetString() : null;

    /// <summary>An instant given in s, ms or µs since 1970, as a number or in quotes; its size tells the unit.</summary>
    public static DateTimeOffset? Epoch(this JsonElement field) => field.Number() switch
    {
        > 0 and < 100_000_000_000m and var seconds => DateTimeOffset.UnixEpoch.AddMicroseconds((double)(seconds * 1_000_000)),
        >= 100_000_000_000m and < 100_000_000_000_000m and var milliseconds => DateTimeOffset.UnixEpoch.AddMicroseconds((double)(milliseconds * 1_000)),
        >= 100_000_000_000_000m and < 100_000_000_000_000_000m and var micros => DateTimeOffset.UnixEpoch.AddMicroseconds((double)micros),
        _ => null,
    };

    public static DateTimeOffset? Instant(this JsonElement field) =>
        DateTimeOffset.TryParse(field.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    /// <summary>What was found, for a message.</summary>
    public static string Describe(this JsonElement field) =>
        field.ValueKind == JsonValueKind.Undefined ? "nothing" : PriceHttp.OneLine(field.GetRawText());
}
