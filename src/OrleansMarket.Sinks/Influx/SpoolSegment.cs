using System.Globalization;
using Microsoft.Win32.SafeHandles;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Influx;

/// <summary>One file of the spool. It is written once, from one end to the other, and removed when everything in it is delivered.</summary>
internal sealed class SpoolSegment : IDisposable
{
    /// <summary>The ending of the files' names, which are numbers that rise.</summary>
    public const string Extension = ".spool";

    private readonly SafeFileHandle _file;

    private SpoolSegment(long number, string path, SafeFileHandle file, long length) => (Number, Path, _file, Length) = (number, path, file, length);

    /// <summary>Gets the number.</summary>
    public long Number { get; }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the length of what is on the disk for good.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the frames, oldest first.</summary>
    public List<SpoolFrame> Frames { get; } = [];

    /// <summary>Gets or sets how many of them are delivered.</summary>
    public int Delivered { get; set; }

    /// <summary>Gets whether everything in it is delivered.</summary>
    public bool IsDelivered => Delivered == Frames.Count;

    private static ReadOnlySpan<byte> FileHeader => "OMSPOL\0\u0001"u8;

    /// <summary>Begins a new file.</summary>
    public static SpoolSegment Create(string directory, long number)
    {
        var path = PathOf(directory, number);
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        RandomAccess.Write(file, FileHeader, 0);
        return new SpoolSegment(number, path, file, FileHeader.Length);
    }

    /// <summary>Opens a file that an earlier process has left. What is torn at its end was never promised to anybody; damage is stepped over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">Its number.</param>
    /// <param name="damaged">How many stretches in its middle could not be read.</param>
    /// <exception cref="StorageException">The file is no spool.</exception>
    public static SpoolSegment Open(string path, long number, out int damaged)
    {
        damaged = 0;
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> head = stackalloc byte[SpoolFrame.HeadLength];
        var read = RandomAccess.Read(file, head[..FileHeader.Length], 0);
        if (!head[..read].SequenceEqual(FileHeader[..read]))
        {
            file.Dispose();
            throw new StorageException(StorageProblem.NotOurs, $"'{path}' is no spool of format 1: move it away");
        }

        var segment = new SpoolSegment(number, path, file, RandomAccess.GetLength(file));
        if (read == FileHeader.Length)
        {
            var scan = LogFileScanner.Scan(file, path, FileHeader.Length);
            damaged = scan.Damaged;
            foreach (var (offset, length) in scan.Frames)
            {
                if (length >= SpoolFrame.HeadLength && RandomAccess.Read(file, head, offset) == head.Length)
                {
                    segment.Frames.Add(SpoolFrame.Read(offset, length, head));
                }
            }
        }

        return segment;
    }

    /// <summary>The files of a directory by number, oldest first.</summary>
    public static List<(long Number, string Path)> Find(string directory)
    {
        var files = new List<(long, string)>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                files.Add((number, path));
            }
        }

        files.Sort();
        return files;
    }

    /// <summary>Writes frames and waits until they are on the disk. After a failure the file is as before.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Length);
            RandomAccess.FlushToDisk(_file);
            Length += bytes.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, Length);
            throw;
        }
    }

    /// <summary>Reads the lines of a frame into a buffer; answers whether they are what was written.</summary>
    public bool TryRead(in SpoolFrame frame, out ReadOnlyMemory<byte> lines)
    {
        lines = LogFileScanner.ReadContent(_file, frame.Offset, frame.Length) is { } content ? content.AsMemory(SpoolFrame.HeadLength) : default;
        return !lines.IsEmpty;
    }

    /// <summary>Removes the file.</summary>
    public void Remove()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    public void Dispose() => _file.Dispose();

    private static string PathOf(string directory, long number) => System.IO.Path.Combine(directory, number.ToString("D12", CultureInfo.InvariantCulture) + Extension);
}
