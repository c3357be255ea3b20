using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Silo.Redis;

/// <summary>Turns rows into bytes and back.</summary>
internal static class StoredBytes
{
    public static byte[] Write(int capacity, Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream(capacity);
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public static T Read<T>(byte[] bytes, Func<BinaryReader, T> read)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream);
        try
        {
            return read(reader);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"expected a stored row, found {bytes.Length} bytes that end too early", exception);
        }
    }

    /// <summary>Reads the version byte of a row.</summary>
    /// <exception cref="InvalidDataException">A newer build wrote it.</exception>
    public static void Expect(this BinaryReader reader, byte version, string row) => SnapshotFormat.Expect(reader, version, row);
}
