using System.Runtime.InteropServices;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// Hands out a recording as runs of whole lines in one pinned buffer. Every run ends in a line feed (the last one is given one if it has
/// none) and has at least <see cref="Slack"/> more bytes of memory behind it, so a parser may load eight bytes at any position of it.
/// </summary>
internal sealed unsafe class TapeLines : IDisposable
{
    /// <summary>Bytes of memory behind every run, of any value.</summary>
    public const int Slack = 64;

    private const int ChunkBytes = 1 << 18;
    private const int LongestLine = 64 << 20;

    private readonly TapeContent _content;
    private readonly string _path;
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(ChunkBytes + Slack, pinned: true);
    private int _filled;
    private int _end;
    private bool _ended;
    private bool _started;

    public TapeLines(TapeContent content, string path)
    {
        _content = content;
        _path = path;
        Position = Start;
    }

    /// <summary>Gets or sets where the next line starts; at <see cref="End"/> the run is used up.</summary>
    public byte* Position { get; set; }

    /// <summary>Gets the end of the run, behind its last line feed.</summary>
    public byte* End => Start + _end;

    /// <summary>Gets or sets how many lines were consumed; whoever moves <see cref="Position"/> counts them.</summary>
    public long Line { get; set; }

    /// <summary>Gets whether the last line of this run is the last of the file and had no line feed of its own.</summary>
    public bool LastLineIsOpen { get; private set; }

    /// <summary>Gets how much of the file on disk was read, bytes.</summary>
    public long FilePosition => _content.Position;

    private byte* Start => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);

    /// <summary>Reads the next run of lines; <see langword="false"/> at the end of the file.</summary>
    /// <exception cref="TapeException">The file is damaged, or no recording.</exception>
    public bool Advance()
    {
        // What lies behind the last line feed is the start of the next line.
        var rest = Math.Max(0, _filled - _end);
        if (rest > 0)
        {
            Buffer.BlockCopy(_buffer, _end, _buffer, 0, rest);
        }

        _filled = rest;
        _end = 0;
        for (var searched = 0; ;)
        {
            if (_ended)
            {
                return _filled > 0 ? PublishOpenLine() : Publish(0);
            }

            if (_filled == _buffer.Length - Slack)
            {
                Grow();
            }

            var read = ReadContent(_buffer.AsSpan(_filled, _buffer.Length - Slack - _filled));
            _ended = read == 0;
            _filled += read;
            var feed = _buffer.AsSpan(searched, _filled - searched).LastIndexOf((byte)'\n');
            if (feed >= 0)
            {
                return Publish(searched + feed + 1);
            }

            searched = _filled;
        }
    }

    /// <summary>Takes the next line, without its line ending; the caller has made sure that there is one.</summary>
    public ReadOnlySpan<byte> TakeLine()
    {
        var span = new ReadOnlySpan<byte>(Position, (int)(End - Position));
        var length = span.IndexOf((byte)'\n');
        Position += length + 1;
        Line++;
        var line = span[..length];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private bool PublishOpenLine()
    {
        LastLineIsOpen = true;
        _buffer[_filled++] = (byte)'\n';
        return Publish(_filled);
    }

    private bool Publish(int end)
    {
        _end = end;
        Position = Start;
        if (!_started && _buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
        {
            Position += 3;
        }

        _started = true;
        return end > 0;
    }

    private int ReadContent(Span<byte> target)
    {
        try
        {
            return _content.Read(target);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw TapeContent.Unreadable(_path, Line + 1, e);
        }
    }

    private void Grow()
    {
        if (_buffer.Length >= LongestLine)
        {
            throw new TapeException(_path, Line + 1, $"expected lines of at most {LongestLine >> 20} MiB, found a longer one", "this is no recording of frames and no dump");
        }

        var larger = GC.AllocateUninitializedArray<byte>(((_buffer.Length - Slack) * 2) + Slack, pinned: true);
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        _buffer = larger;
    }
}
