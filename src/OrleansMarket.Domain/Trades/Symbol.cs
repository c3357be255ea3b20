namespace OrleansMarket.Domain.Trades;

/// <summary>The venue's name of a traded pair, upper case (BTCUSDT). May hold non-ASCII letters; the exchange's list decides what exists.</summary>
public readonly record struct Symbol
{
    /// <summary>The longest name accepted, in UTF-16 characters.</summary>
    public const int MaxLength = 40;

    /// <param name="value">The name in any case.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds white space, control or separator characters.</exception>
    public Symbol(string value)
    {
        if (!IsPlausible(value))
        {
            throw new ArgumentException($"expected a symbol such as BTCUSDT (1 to {MaxLength} letters or digits), found '{value}'", nameof(value));
        }

        Value = value.ToUpperInvariant();
    }

    /// <summary>Gets the name, upper case; <see langword="null"/> only for <c>default</c>.</summary>
    public string Value { get; }

    /// <summary>Tells whether a text could be a symbol: 1 to 40 letters or digits of any script.</summary>
    public static bool IsPlausible(string? value)
    {
        if (value is null or "" || value.Length > MaxLength)
        {
            return false;
        }

        foreach (var c in value)
        {
            if (!char.IsLetterOrDigit(c) && !char.IsSurrogate(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
