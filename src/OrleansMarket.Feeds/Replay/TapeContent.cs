using System.IO.Compression;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Opens what a file holds: plain, gzip or a zip of one file, told by its first bytes and not by its name.</summary>
internal sealed class TapeContent : IDisposable
{
    private readonly FileStream _file;
    private readonly ZipArchive? _zip;
    private readonly Stream _content;
    private readonly long _expectedLength;
    private long _length;

    private TapeContent(FileStream file, ZipArchive? zip, Stream content, long expectedLength, string name)
    {
        _file = file;
        _zip = zip;
        _content = content;
        _expectedLength = expectedLength;
        Name = name;
    }

    /// <summary>Gets the name to read the kind from: that of the file, or of the one file inside a zip.</summary>
    public string Name { get; }

    /// <summary>Gets how much of the file on disk was read, bytes.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a file.</summary>
    /// <exception cref="TapeException">It is missing, may not be read, or is no whole archive.</exception>
    public static TapeContent Open(string path)
    {
        var file = OpenFile(path);
        try
        {
            Span<byte> magic = stackalloc byte[4];
            var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            file.Position = 0;
            if (read == 0)
            {
                throw new TapeException(path, null, "the file is empty", "download or record it again");
            }

            if (read >= 2 && magic[0] == 0x1F && magic[1] == 0x8B)
            {
                return new TapeContent(file, null, new GZipStream(file, CompressionMode.Decompress), -1, path);
            }

            return magic is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6]
                ? OpenZip(path, file)
                : new TapeContent(file, null, file, -1, path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            file.Dispose();
            throw Unreadable(path, null, e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads decompressed bytes; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The compressed data is damaged or cut short.</exception>
    public int Read(Span<byte> target)
    {
        var read = _content.Read(target);
        _length += read;
        if (read == 0 && target.Length > 0 && _expectedLength >= 0 && _length != _expectedLength)
        {
            throw new InvalidDataException($"expected {_expectedLength} bytes, found {_length}");
        }

        return read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _content.Dispose();
        _zip?.Dispose();
        _file.Dispose();
    }

    /// <summary>Opens a file on disk for reading from start to end.</summary>
    /// <exception cref="TapeException">It is missing or may not be read.</exception>
    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new TapeException(path, null, "expected a file, found a directory", "name the files in it");
        }

        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TapeException(path, null, "no such file", "check the path", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw Unreadable(path, null, e);
        }
    }

    /// <summary>Tells of a file that could not be read to its end.</summary>
    internal static TapeException Unreadable(string path, long? line, Exception cause) => cause switch
    {
        InvalidDataException or EndOfStreamException => new TapeException(path, line,
            "the compressed data is damaged or ends too early", "download it again, or check it with gzip -t or unzip -t", cause),
        UnauthorizedAccessException => new TapeException(path, line, "the file may not be read", "check its permissions", cause),
        _ => new TapeException(path, line, $"the file cannot be read ({OneLine(cause.Message)})", "check the disk and the path", cause),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static TapeContent OpenZip(string path, FileStream file)
    {
        var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        try
        {
            var entries = zip.Entries.Where(entry => entry.Name.Length > 0 && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)).ToList();
            if (entries is not [var only])
            {
                throw new TapeException(path, null, $"expected a zip of one .csv file, found {entries.Count} files", "unpack it and name the files");
            }

            return new TapeContent(file, zip, only.Open(), only.Length, only.Name);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }
}
