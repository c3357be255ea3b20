using System.Buffers.Binary;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// A framed piece of a log file: mark, length, CRC-32C of the content, content. Files begin with eight bytes that say what they are. A torn or
/// damaged frame is found by its sum, and the next good one by its mark.
/// </summary>
internal static class LogFrame
{
    /// <summary>Bytes before the content.</summary>
    public const int Overhead = 12;

    /// <summary>The length of a file's own beginning.</summary>
    public const int FileHeaderLength = 8;

    /// <summary>The longest content accepted; what a damaged length is checked against.</summary>
    public const int MaxContent = 64 * 1_024 * 1_024;

    private const uint Mark = 0x314B4C42; // "BLK1"

    /// <summary>Gets the first bytes of every file; the last one is the version of the format.</summary>
    public static ReadOnlySpan<byte> FileHeader => "OMTLOG\0\u0001"u8;

    /// <summary>Puts the frame around content that begins <see cref="Overhead"/> bytes into the span.</summary>
    public static void Close(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], frame.Length - Overhead);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Crc32C.Compute(frame[Overhead..]));
    }

    /// <summary>Reads mark and length; whether the content is whole is not looked at.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> frame, out int length)
    {
        length = 0;
        return frame.Length >= Overhead
            && BinaryPrimitives.ReadUInt32LittleEndian(frame) == Mark
            && (length = BinaryPrimitives.ReadInt32LittleEndian(frame[4..])) is > 0 and <= MaxContent;
    }

    /// <summary>Tells whether a whole frame is what was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame) =>
        TryReadLength(frame, out var length) && frame.Length >= Overhead + length
        && BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]) == Crc32C.Compute(frame.Slice(Overhead, length));

    /// <summary>The place of the next mark at or after an offset, or −1.</summary>
    public static int FindMark(ReadOnlySpan<byte> bytes, int from)
    {
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, Mark);
        var found = bytes[from..].IndexOf(mark);
        return found < 0 ? -1 : from + found;
    }
}
