using System.Globalization;

namespace OrleansMarket.Domain.Trades;

/// <summary>Exact conversions between decimal text, <see cref="decimal"/> and scaled integers.</summary>
public static class ScaledNumber
{
    private static readonly long[] PowersOfTen =
        [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>10 to the given power, 0 to 8.</summary>
    public static long PowerOfTen(int exponent) => PowersOfTen[exponent];

    /// <summary>
    /// Reads plain decimal text ("61837.63000000") into units of 10^-<paramref name="decimals"/>. Digits beyond the scale must be zeros:
    /// nothing is ever rounded.
    /// </summary>
    /// <param name="utf8">Digits with at most one point; no sign, exponent or white space.</param>
    /// <param name="decimals">The scale, 0 to 8.</param>
    /// <param name="scaled">The number, when the answer is <see langword="true"/>.</param>
    /// <returns>Whether the text is such a number and fits 64 bits.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, int decimals, out long scaled)
    {
        scaled = 0;
        ulong value = 0;
        var index = 0;
        var digits = 0;
        for (; index < utf8.Length; index++)
        {
            var digit = (uint)(utf8[index] - '0');
            if (digit > 9)
            {
                break;
            }

            if (value > (ulong.MaxValue / 10) - 1)
            {
                return false;
            }

            value = (value * 10) + digit;
            digits++;
        }

        var missing = decimals;
        if (index < utf8.Length)
        {
            if (utf8[index++] != '.' || digits == 0 || index == utf8.Length)
            {
                return false;
            }

            for (; index < utf8.Length; index++)
            {
                var digit = (uint)(utf8[index] - '0');
                if (digit > 9)
                {
                    return false;
                }

                if (missing == 0)
                {
                    if (digit != 0)
                    {
                        return false;
                    }

                    continue;
                }

                if (value > (ulong.MaxValue / 10) - 1)
                {
                    return false;
                }

                value = (value * 10) + digit;
                missing--;
            }
        }
        else if (digits == 0)
        {
            return false;
        }

        var high = Math.BigMul(value, (ulong)PowersOfTen[missing], out var low);
        if (high != 0 || low > long.MaxValue)
        {
            return false;
        }

        scaled = (long)low;
        return true;
    }

    /// <summary>The scaled form of a decimal.</summary>
    /// <exception cref="ArgumentException">The number has more decimals than the scale: nothing is ever rounded.</exception>
    /// <exception cref="OverflowException">The number does not fit 64 bits.</exception>
    public static long FromDecimal(decimal value, int decimals)
    {
        var shifted = value * PowersOfTen[decimals];
        return decimal.Truncate(shifted) == shifted
            ? decimal.ToInt64(shifted)
            : throw new ArgumentException($"expected at most {decimals} decimals, found {value.ToString(CultureInfo.InvariantCulture)}", nameof(value));
    }

    /// <summary>A scaled integer as a decimal with exactly <paramref name="decimals"/> decimals.</summary>
    /// <exception cref="OverflowException">The number does not fit the 96 bits of a decimal.</exception>
    public static decimal ToDecimal(Int128 scaled, int decimals)
    {
        var magnitude = (UInt128)Int128.Abs(scaled);
        if (magnitude >> 96 != 0)
        {
            throw new OverflowException($"expected a sum of at most 96 bits, found {scaled}");
        }

        return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), scaled < 0, (byte)decimals);
    }

    /// <summary>
    /// Multiplies two non-negative scaled numbers exactly and cuts <paramref name="cutDecimals"/> decimals off the product, towards zero.
    /// </summary>
    /// <remarks>The estimate by floating point is corrected in wrapping 64-bit arithmetic, which is exact and much cheaper than a 128-bit division.</remarks>
    public static Int128 MultiplyAndCut(long left, long right, int cutDecimals)
    {
        var high = Math.BigMul((ulong)left, (ulong)right, out var low);
        if (cutDecimals == 0)
        {
            return new Int128(high, low);
        }

        var divisor = (ulong)PowersOfTen[cutDecimals];
        if (high == 0)
        {
            return low / divisor;
        }

        if (high >= divisor)
        {
            return (Int128)(new UInt128(high, low) / divisor);
        }

        // high < divisor, so the quotient fits 64 bits; the estimate is off by a few thousand at most, the remainder tells by how much.
        var estimate = (double)left * right / divisor;
        if (estimate >= 9.2e18)
        {
            return (Int128)(new UInt128(high, low) / divisor);
        }

        var quotient = (ulong)estimate;
        var remainder = (long)(low - (quotient * divisor));
        var correction = Math.DivRem(remainder, (long)divisor, out var rest);
        return quotient + (ulong)(rest < 0 ? correction - 1 : correction);
    }
}
