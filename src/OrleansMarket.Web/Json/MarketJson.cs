using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansMarket.Web.Json;

/// <summary>
/// The API's JSON: camel case, symbols and enums as text (enums in kebab case), instants in UTC with microseconds, decimals with all their
/// digits, absent values as <c>null</c>.
/// </summary>
public static class MarketJson
{
    /// <summary>Gets the options with decimals as numbers.</summary>
    public static JsonSerializerOptions Options { get; } = Create(decimalsAsText: false);

    /// <summary>Gets the options with decimals as text (<c>?numbers=string</c>).</summary>
    public static JsonSerializerOptions TextNumbers { get; } = Create(decimalsAsText: true);

    /// <summary>Sets up options that were made elsewhere.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;

        // The answers are never part of a page, and say so (nosniff), so quotes and ampersands stay readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new SymbolJsonConverter());
        options.Converters.Add(new CandleFlagsJsonConverter());
        options.Converters.Add(new WireEnumJsonConverter());
        options.Converters.Add(new InstantJsonConverter());
        options.Converters.Add(new FigureJsonConverter());
        options.Converters.Add(new UsdRateJsonConverter());
        options.Converters.Add(new StatisticJsonConverter());
    }

    private static JsonSerializerOptions Create(bool decimalsAsText)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        if (decimalsAsText)
        {
            options.Converters.Add(new TextDecimalJsonConverter());
        }

        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
