using System.Buffers;
using System.Buffers.Binary;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Lines in the spool: a frame as in the raw trade log around when they came, how many they are, and themselves.</summary>
/// <param name="Offset">Where its content begins in the file.</param>
/// <param name="Length">The length of its content.</param>
/// <param name="AppendedMicros">When it was appended, our clock, µs.</param>
/// <param name="Points">How many points it holds.</param>
internal readonly record struct SpoolFrame(long Offset, int Length, long AppendedMicros, int Points)
{
    /// <summary>Bytes of the content before the lines.</summary>
    public const int HeadLength = 12;

    /// <summary>Gets the end of the frame in its file.</summary>
    public long End => Offset + Length;

    /// <summary>Gets the length of its lines.</summary>
    public int LinesLength => Length - HeadLength;

    /// <summary>Writes a frame that will stand at an offset of its file.</summary>
    public static SpoolFrame Write(ArrayBufferWriter<byte> output, long fileOffset, long micros, int points, ReadOnlySpan<byte> lines)
    {
        var start = output.WrittenCount;
        var length = HeadLength + lines.Length;
        var frame = output.GetSpan(LogFrame.Overhead + length)[..(LogFrame.Overhead + length)];
        BinaryPrimitives.WriteInt64LittleEndian(frame[LogFrame.Overhead..], micros);
        BinaryPrimitives.WriteInt32LittleEndian(frame[(LogFrame.Overhead + 8)..], points);
        lines.CopyTo(frame[(LogFrame.Overhead + HeadLength)..]);
        LogFrame.Close(frame);
        output.Advance(frame.Length);
        return new SpoolFrame(fileOffset + start + LogFrame.Overhead, length, micros, points);
    }

    /// <summary>Reads what stands at the beginning of a content.</summary>
    public static SpoolFrame Read(long offset, int length, ReadOnlySpan<byte> head) => new(
        offset, length, BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[8..]));
}
