using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Reads sums too large for <see cref="ScaledNumber"/>: a day's volume of a coin with many zeros.</summary>
internal static class WideNumber
{
    private const int MostDigits = 36; // below 10^38, so that 128 bits suffice

    /// <summary>Reads plain decimal text into units of 10^-<paramref name="decimals"/>; digits beyond the scale must be zeros.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, int decimals, out Int128 scaled)
    {
        scaled = 0;
        var point = utf8.IndexOf((byte)'.');
        var whole = point < 0 ? utf8 : utf8[..point];
        var fraction = point < 0 ? default : utf8[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || whole.Length + decimals > MostDigits)
        {
            return false;
        }

        var kept = fraction[..Math.Min(fraction.Length, decimals)];
        if (whole.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || kept.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || fraction[kept.Length..].ContainsAnyExcept((byte)'0'))
        {
            return false;
        }

        foreach (var digit in whole)
        {
            scaled = (scaled * 10) + (digit - '0');
        }

        foreach (var digit in kept)
        {
            scaled = (scaled * 10) + (digit - '0');
        }

        scaled *= ScaledNumber.PowerOfTen(decimals - kept.Length);
        return true;
    }
}
