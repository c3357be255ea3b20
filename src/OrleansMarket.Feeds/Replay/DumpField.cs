using System.Runtime.CompilerServices;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// Reads the fields of a dump row at memory speed. Each method says "read, and here is what follows" or <see langword="null"/> for
/// "not in the usual shape", which leaves the row to <see cref="DumpRow"/>. They stop at the line feed that ends every run of lines.
/// </summary>
internal static unsafe class DumpField
{
    private const ulong HighNibbles = 0xF0F0F0F0F0F0F0F0;
    private const ulong ThreesInHighNibbles = 0x3030303030303030;

    // The largest whole part whose 8-decimal form fits 64 bits for sure.
    private const ulong LargestWhole = 92_233_720_367;

    /// <summary>Reads a whole number of 1 to 18 digits and the comma behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Integer(byte* at, out long value)
    {
        ulong number = 0;
        var start = at;
        while (IsEightDigits(at, out var eight) && at - start <= 8)
        {
            number = (number * 100_000_000) + eight;
            at += 8;
        }

        uint digit;
        while ((digit = (uint)(*at - '0')) <= 9)
        {
            number = (number * 10) + digit;
            at++;
        }

        value = (long)number;
        return at == start || at - start > 18 || *at != ',' ? null : at + 1;
    }

    /// <summary>Reads a number with at most 8 decimals as a multiple of 10^-8, and the comma behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Decimal(byte* at, out long scaled)
    {
        ulong whole = 0;
        var start = at;
        uint digit;
        while ((digit = (uint)(*at - '0')) <= 9)
        {
            whole = (whole * 10) + digit;
            at++;
        }

        scaled = 0;
        if (at == start || at - start > 12 || whole > LargestWhole)
        {
            return null;
        }

        ulong fraction = 0;
        if (*at == '.')
        {
            at++;
            if (IsEightDigits(at, out fraction))
            {
                at += 8;
            }
            else
            {
                var places = 0;
                for (; (digit = (uint)(*at - '0')) <= 9; at++, places++)
                {
                    fraction = (fraction * 10) + digit;
                }

                if (places is 0 or > 8)
                {
                    return null;
                }

                for (; places < 8; places++)
                {
                    fraction *= 10;
                }
            }
        }

        scaled = (long)((whole * 100_000_000) + fraction);
        return *at != ',' ? null : at + 1;
    }

    /// <summary>Reads True, False, true, false, 1 or 0; the comma or line ending behind it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Boolean(byte* at, out bool value)
    {
        const uint True = 0x65757274; // "true", little endian
        const uint Fals = 0x736C6166;
        const uint FoldFirst = 0x20;
        var word = Unsafe.ReadUnaligned<uint>(at) | FoldFirst;
        value = word == True;
        if (value)
        {
            return at + 4;
        }

        if (word == Fals && at[4] == 'e')
        {
            return at + 5;
        }

        value = *at == '1';
        return *at is (byte)'0' or (byte)'1' ? at + 1 : null;
    }

    /// <summary>Reads what follows the last field that counts: an optional boolean column, and the line ending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* EndOfRow(byte* at)
    {
        if (*at == ',')
        {
            at = Boolean(at + 1, out _);
            if (at is null)
            {
                return null;
            }
        }

        if (*at == '\r')
        {
            at++;
        }

        return *at == '\n' ? at + 1 : null;
    }

    /// <summary>Tells whether eight digits lie there, and their value. Source of the arithmetic: D. Lemire, "Quickly parsing eight digits", 2018.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEightDigits(byte* at, out ulong value)
    {
        var chunk = Unsafe.ReadUnaligned<ulong>(at);
        if (((chunk & HighNibbles) | (((chunk + 0x0606060606060606) & HighNibbles) >> 4)) != 0x3333333333333333)
        {
            value = 0;
            return false;
        }

        chunk -= ThreesInHighNibbles;
        chunk = (chunk * 10) + (chunk >> 8);
        value = (((chunk & 0x000000FF000000FF) * 0x000F424000000064) + (((chunk >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
        return true;
    }
}
