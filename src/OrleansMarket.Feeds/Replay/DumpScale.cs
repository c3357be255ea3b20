using System.Runtime.CompilerServices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Brings numbers that were read at 8 decimals to a symbol's scale and limits. Nothing is ever rounded.</summary>
internal readonly struct DumpScale(SymbolSpec spec)
{
    private readonly long _priceDivisor = ScaledNumber.PowerOfTen(SymbolSpec.MaxDecimals - spec.PriceDecimals);
    private readonly long _quantityDivisor = ScaledNumber.PowerOfTen(SymbolSpec.MaxDecimals - spec.QuantityDecimals);
    private readonly long _quoteDivisor = ScaledNumber.PowerOfTen(SymbolSpec.MaxDecimals - spec.QuoteDecimals);
    private readonly long _minPrice = spec.MinPrice;
    private readonly long _maxPrice = spec.MaxPrice;
    private readonly long _minQuantity = spec.MinQuantity;
    private readonly long _maxQuantity = spec.MaxQuantity;

    /// <summary>Scales price and quantity and the time to µs; <see langword="false"/> when one of them does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryApply(ref long price, ref long quantity, ref long time)
    {
        time = Micros.FromEpoch(time);
        return TryDivide(ref price, _priceDivisor) && TryDivide(ref quantity, _quantityDivisor)
            && price >= _minPrice && price <= _maxPrice && quantity >= _minQuantity && quantity <= _maxQuantity
            && time is >= Micros.Earliest and < Micros.Latest;
    }

    /// <summary>Scales a quote amount; <see langword="false"/> when it has too many decimals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryApplyToQuote(ref long quote) => TryDivide(ref quote, _quoteDivisor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDivide(ref long value, long divisor)
    {
        if (divisor == 1)
        {
            return true;
        }

        (value, var rest) = Math.DivRem(value, divisor);
        return rest == 0;
    }
}
