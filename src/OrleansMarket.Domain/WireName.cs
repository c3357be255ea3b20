using System.Collections.Frozen;
using System.Text;

namespace OrleansMarket.Domain;

/// <summary>
/// The kebab-case names of enum values in API, files, metrics and logs: PriceMove1m is <c>price-move-1m</c>. One place, so that every
/// reader and writer agrees.
/// </summary>
public static class WireName
{
    /// <summary>The wire name of a value.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Names<TEnum>.ByValue.TryGetValue(value, out var name) ? name : value.ToString();

    /// <summary>All wire names of an enum, in the order of its values.</summary>
    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum =>
        Names<TEnum>.InOrder;

    /// <summary>Finds a value by its (case-sensitive) wire name.</summary>
    public static bool TryParse<TEnum>(string? name, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return name is not null && Names<TEnum>.ByName.TryGetValue(name, out value);
    }

    /// <summary>Translates a Pascal-case identifier: a word begins at a capital, and at a digit that follows a letter.</summary>
    public static string FromPascal(string identifier)
    {
        var text = new StringBuilder(identifier.Length + 4);
        for (var i = 0; i < identifier.Length; i++)
        {
            var c = identifier[i];
            var begins = char.IsAsciiLetterUpper(c) || (char.IsAsciiDigit(c) && i > 0 && !char.IsAsciiDigit(identifier[i - 1]));
            if (begins && i > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly IReadOnlyList<string> InOrder = [.. Enum.GetNames<TEnum>().Select(FromPascal)];
        public static readonly FrozenDictionary<TEnum, string> ByValue =
            Enum.GetValues<TEnum>().Zip(InOrder, KeyValuePair.Create).ToFrozenDictionary();
        public static readonly FrozenDictionary<string, TEnum> ByName =
            ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
