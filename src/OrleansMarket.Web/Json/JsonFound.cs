using System.Text;
using System.Text.Json;

namespace OrleansMarket.Web.Json;

/// <summary>Says in an error what was found, short enough for a message.</summary>
internal static class JsonFound
{
    private const int MaxLength = 40;

    public static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"'{Cut(reader.GetString() ?? "")}'",
        JsonTokenType.Number => Cut(Encoding.UTF8.GetString(reader.ValueSpan)),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
