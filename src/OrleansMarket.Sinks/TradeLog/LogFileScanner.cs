using Microsoft.Win32.SafeHandles;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Finds the frames of a log file. What is damaged in the middle is stepped over, what is torn at the end is left out.</summary>
internal static class LogFileScanner
{
    /// <summary>What a scan found.</summary>
    /// <param name="Frames">Offset and length of every frame's content.</param>
    /// <param name="GoodLength">Where the last whole frame ends: the file's length but for a torn end.</param>
    /// <param name="Damaged">Stretches in the middle that could not be read.</param>
    public readonly record struct Result(List<(long Offset, int Length)> Frames, long GoodLength, int Damaged);

    /// <summary>Walks from mark to mark; sums are checked for the last frame only, the others are checked when they are read.</summary>
    /// <exception cref="StorageException">The file is not a raw trade log.</exception>
    public static Result Scan(SafeFileHandle file, string path, long from = 0)
    {
        var frames = new List<(long, int)>();
        var size = RandomAccess.GetLength(file);
        Span<byte> head = stackalloc byte[LogFrame.Overhead];
        var offset = from;
        if (from == 0)
        {
            if (RandomAccess.Read(file, head, 0) < LogFrame.FileHeaderLength)
            {
                return new Result(frames, 0, 0);
            }

            if (!head[..LogFrame.FileHeaderLength].SequenceEqual(LogFrame.FileHeader))
            {
                throw new StorageException(StorageProblem.NotOurs, $"'{path}' is no raw trade log of format 1: move it away");
            }

            offset = LogFrame.FileHeaderLength;
        }

        var damaged = 0;
        while (offset < size)
        {
            var read = RandomAccess.Read(file, head, offset);
            if (LogFrame.TryReadLength(head[..read], out var length) && offset + LogFrame.Overhead + length <= size
                && (offset + LogFrame.Overhead + length < size || IsWhole(file, offset, length)))
            {
                frames.Add((offset + LogFrame.Overhead, length));
                offset += LogFrame.Overhead + length;
                continue;
            }

            if (FindNextWhole(file, offset + 1, size) is not { } next)
            {
                break;
            }

            damaged++;
            offset = next;
        }

        return new Result(frames, offset, damaged);
    }

    /// <summary>Reads a frame's content; <see langword="null"/> when its sum is wrong.</summary>
    public static byte[]? ReadContent(SafeFileHandle file, long contentOffset, int length)
    {
        var frame = new byte[LogFrame.Overhead + length];
        return RandomAccess.Read(file, frame, contentOffset - LogFrame.Overhead) == frame.Length && LogFrame.IsWhole(frame) ? frame[LogFrame.Overhead..] : null;
    }

    private static bool IsWhole(SafeFileHandle file, long offset, int length) => ReadContent(file, offset + LogFrame.Overhead, length) is not null;

    private static long? FindNextWhole(SafeFileHandle file, long from, long size)
    {
        const int Piece = 1 << 20;
        var buffer = new byte[Piece];
        // Pieces overlap by three bytes, so that a mark across their edge is seen.
        for (var start = from; start + LogFrame.Overhead <= size; start += Piece - 3)
        {
            var piece = buffer.AsSpan(0, RandomAccess.Read(file, buffer, start));
            for (var at = LogFrame.FindMark(piece, 0); at >= 0; at = LogFrame.FindMark(piece, at + 1))
            {
                Span<byte> head = new byte[LogFrame.Overhead];
                var read = RandomAccess.Read(file, head, start + at);
                if (LogFrame.TryReadLength(head[..read], out var length) && start + at + LogFrame.Overhead + length <= size && IsWhole(file, start + at, length))
                {
                    return start + at;
                }
            }
        }

        return null;
    }
}
