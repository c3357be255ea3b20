using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>
/// The decimals of a stored row, kept with it, so that rows stay readable when the exchange changes a symbol's tick or step.
/// One number: 16 × price decimals + quantity decimals.
/// </summary>
public readonly record struct StoredScale(int PriceDecimals, int QuantityDecimals)
{
    /// <summary>Gets the number that is stored.</summary>
    public int Code => (PriceDecimals * 16) + QuantityDecimals;

    private int QuoteDecimals => Math.Min(SymbolSpec.MaxDecimals, PriceDecimals + QuantityDecimals);

    /// <summary>The scale of a specification.</summary>
    public static StoredScale Of(SymbolSpec spec) => new(spec.PriceDecimals, spec.QuantityDecimals);

    /// <summary>A specification of the symbol in this scale.</summary>
    public SymbolSpec SpecOf(Symbol symbol) => new(symbol, PriceDecimals, QuantityDecimals);

    /// <summary>The scale that was stored as a number.</summary>
    /// <exception cref="StorageException">It is no scale.</exception>
    public static StoredScale FromCode(long code) => (code >> 4, code & 15) is ( >= 0 and <= SymbolSpec.MaxDecimals, <= SymbolSpec.MaxDecimals) and var (price, quantity)
        ? new((int)price, (int)quantity)
        : throw new StorageException(StorageProblem.Damaged, $"expected a scale of at most 8 decimals each, found code {code}");

    /// <summary>A stored price in the scale of a specification.</summary>
    /// <exception cref="StorageException">That would cut digits.</exception>
    public long Price(long stored, SymbolSpec wanted) => checked((long)Rescale(stored, PriceDecimals, wanted.PriceDecimals, wanted.Symbol));

    /// <summary>A stored quantity in the scale of a specification.</summary>
    /// <exception cref="StorageException">That would cut digits.</exception>
    public long Quantity(long stored, SymbolSpec wanted) => checked((long)Rescale(stored, QuantityDecimals, wanted.QuantityDecimals, wanted.Symbol));

    /// <summary>A stored sum of quantities in the scale of a specification.</summary>
    /// <exception cref="StorageException">That would cut digits.</exception>
    public Int128 Quantity(Int128 stored, SymbolSpec wanted) => Rescale(stored, QuantityDecimals, wanted.QuantityDecimals, wanted.Symbol);

    /// <summary>A stored quote amount in the scale of a specification.</summary>
    /// <exception cref="StorageException">That would cut digits.</exception>
    public Int128 Quote(Int128 stored, SymbolSpec wanted) => Rescale(stored, QuoteDecimals, wanted.QuoteDecimals, wanted.Symbol);

    private static Int128 Rescale(Int128 stored, int from, int to, Symbol symbol)
    {
        if (from == to)
        {
            return stored;
        }

        if (to > from)
        {
            return checked(stored * ScaledNumber.PowerOfTen(to - from));
        }

        var (quotient, remainder) = Int128.DivRem(stored, ScaledNumber.PowerOfTen(from - to));
        return remainder == 0
            ? quotient
            : throw new StorageException(
                StorageProblem.ScaleTooCoarse, $"{symbol} is stored with {from} decimals and was asked for with {to}, which would cut digits: ask with the specification kept in the store");
    }
}
