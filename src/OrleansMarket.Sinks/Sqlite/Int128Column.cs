using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>
/// 128-bit sums in a column without type affinity: an INTEGER where 64 bits hold it, else 16 bytes in two's complement, big-endian. Exact, small,
/// and readable in any SQLite shell in all but the largest cases.
/// </summary>
internal static class Int128Column
{
    public static object ToValue(Int128 value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return (long)value;
        }

        var bytes = new byte[16];
        BinaryPrimitives.WriteInt128BigEndian(bytes, value);
        return bytes;
    }

    public static Int128 Read(SqliteDataReader reader, int ordinal) => reader.GetValue(ordinal) switch
    {
        long value => value,
        byte[] { Length: 16 } bytes => BinaryPrimitives.ReadInt128BigEndian(bytes),
        var other => throw new StorageException(
            StorageProblem.Damaged, $"expected an integer or 16 bytes in column '{reader.GetName(ordinal)}', found {other.GetType().Name}"),
    };
}
