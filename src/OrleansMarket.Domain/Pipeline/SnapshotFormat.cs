namespace OrleansMarket.Domain.Pipeline;

/// <summary>What every snapshot section shares: a leading version byte, and 128-bit numbers.</summary>
public static class SnapshotFormat
{
    /// <summary>Reads the version byte of a section.</summary>
    /// <exception cref="InvalidDataException">It is not the version that this build writes.</exception>
    public static void Expect(BinaryReader reader, byte version, string section)
    {
        var found = reader.ReadByte();
        if (found != version)
        {
            throw new InvalidDataException($"expected version {version} of the {section} snapshot, found {found}: start with the build that wrote it, or without the state");
        }
    }

    /// <summary>Writes a 128-bit number.</summary>
    public static void Write(this BinaryWriter writer, Int128 value)
    {
        writer.Write((ulong)(value >> 64));
        writer.Write((ulong)value);
    }

    /// <summary>Reads a 128-bit number.</summary>
    public static Int128 ReadInt128(this BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());
}
