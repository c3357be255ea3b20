namespace OrleansMarket.Domain.Prices;

/// <summary>The names of assets: 1 to 20 letters and digits, upper case.</summary>
public static class AssetName
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 20;

    /// <summary>Tells whether text can name an asset, in any case.</summary>
    public static bool IsPlausible(string? text) => text is { Length: > 0 and <= MaxLength } && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>The name in upper case.</summary>
    /// <exception cref="ArgumentException">It is not plausible.</exception>
    public static string Normalise(string text) => IsPlausible(text)
        ? text.ToUpperInvariant()
        : throw new ArgumentException($"expected an asset such as BTC, found '{text}'", nameof(text));
}
