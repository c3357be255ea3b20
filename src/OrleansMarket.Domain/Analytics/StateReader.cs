using System.Runtime.InteropServices;

namespace OrleansMarket.Domain.Analytics;

/// <summary>Reads parts of a saved state with a clear error when they cannot be right.</summary>
internal static class StateReader
{
    /// <summary>Runs a read and says of a truncated or garbled state what every damage says.</summary>
    /// <exception cref="InvalidDataException">The state is damaged.</exception>
    public static void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception damage) when (damage is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"analytics state is damaged: {damage.Message}", damage);
        }
    }

    /// <summary>Reads a count written as a 32-bit integer.</summary>
    /// <exception cref="InvalidDataException">The count is negative or beyond the most there can be.</exception>
    public static int ReadCount(BinaryReader reader, int most, string what)
    {
        var count = reader.ReadInt32();
        return (uint)count <= (uint)most
            ? count
            : throw new InvalidDataException($"analytics state is damaged: expected 0 to {most} {what}, found {count}");
    }

    /// <summary>Reads the version that starts a section.</summary>
    /// <exception cref="InvalidDataException">The section was written by another version or is damaged.</exception>
    public static void ReadVersion(BinaryReader reader, byte known, string section)
    {
        var version = reader.ReadByte();
        if (version != known)
        {
            throw new InvalidDataException($"analytics {section} state: expected version {known}, found {version}; it was written by another version or is damaged");
        }
    }

    /// <summary>Passes on a number that must be finite and not negative.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static double Amount(double read) =>
        read is >= 0 and < double.PositiveInfinity
            ? read
            : throw new InvalidDataException($"analytics state is damaged: expected a finite number >= 0, found {read}");

    public static Int128 ReadInt128(BinaryReader reader)
    {
        var lower = reader.ReadUInt64();
        return new Int128(reader.ReadUInt64(), lower);
    }

    public static void WriteInt128(BinaryWriter writer, Int128 value)
    {
        writer.Write((ulong)value);
        writer.Write((ulong)(value >> 64));
    }

    /// <summary>Reads a non-negative 128-bit integer in groups of seven bits, lowest first.</summary>
    public static Int128 ReadCompact128(BinaryReader reader)
    {
        UInt128 value = 0;
        for (var shift = 0; shift < 128; shift += 7)
        {
            var group = reader.ReadByte();
            value |= (UInt128)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return (Int128)value;
            }
        }

        throw new InvalidDataException("analytics state is damaged: expected a number of at most 128 bits");
    }

    public static void WriteCompact128(BinaryWriter writer, Int128 value)
    {
        var rest = (UInt128)value;
        while (rest >= 0x80)
        {
            writer.Write((byte)((byte)rest | 0x80));
            rest >>= 7;
        }

        writer.Write((byte)rest);
    }

    /// <summary>Writes numbers as they lie in memory; every platform of .NET that we run on is little-endian.</summary>
    public static void WriteAll<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(values));

    public static T[] ReadAll<T>(BinaryReader reader, int count)
        where T : unmanaged
    {
        var values = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
