using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Reads the prints of one recording, block by block. Not safe for use from several threads at once.</summary>
public abstract class TapeReader : IDisposable
{
    private const long RefusalsToDoubt = 1_000;

    private readonly TapeLines _lines;
    private DeadLetter? _firstRefusal;
    private long _refused;
    private long _accepted;

    private protected TapeReader(TapeFile file)
    {
        File = file;
        _lines = new TapeLines(TapeContent.Open(file.Path), file.Path);
    }

    /// <summary>Gets the file.</summary>
    public TapeFile File { get; }

    private protected TapeLines Lines => _lines;

    /// <summary>Fills a block; <see langword="false"/> at the end of the recording, with an empty block.</summary>
    /// <exception cref="TapeException">The file is damaged, ends inside a row, or is no recording.</exception>
    public bool Read(TapeBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        block.Clear(File);
        while (block.IsEmpty || (!block.IsFull && !IsRunUsedUp))
        {
            if (IsRunUsedUp && !_lines.Advance())
            {
                break;
            }

            ReadRun(block);
        }

        block.FilePosition = _lines.FilePosition;
        _accepted += block.Count;
        Doubt(block);
        return !block.IsEmpty;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads rows of the current run until it is used up or the block is full.</summary>
    private protected abstract void ReadRun(TapeBlock block);

    /// <summary>Closes the file.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines.Dispose();
        }
    }

    /// <summary>Makes a dead letter of the line just consumed, unless it shows that the file was cut short.</summary>
    private protected void Refuse(TapeBlock block, DeadLetterReason reason, string error, ReadOnlySpan<byte> row, Symbol? symbol)
    {
        ThrowIfCutShort(error);
        var kept = row.Length > DeadLetter.MaxPayloadBytes ? row[..DeadLetter.MaxPayloadBytes] : row;
        block.Reject(new DeadLetter
        {
            ReceivedTimeMicros = 0,
            Reason = reason,
            Error = kept.Length < row.Length ? $"{error} (the payload of {row.Length} bytes is cut)" : error,
            Source = $"{File.Path}:{_lines.Line}",
            Symbol = symbol?.Value,
            Payload = kept.ToArray(),
        });
    }

    /// <summary>A bad last line without a line feed is a file cut short, not a bad row.</summary>
    private protected void ThrowIfCutShort(string error)
    {
        if (_lines.LastLineIsOpen && IsRunUsedUp)
        {
            throw new TapeException(File.Path, _lines.Line, $"the file ends inside a row ({error})", "it was cut short; download or record it again");
        }
    }

    private unsafe bool IsRunUsedUp => _lines.Position == _lines.End;

    // A file of which most rows are refused is not what its name says; going on would only fill the dead letters.
    private void Doubt(TapeBlock block)
    {
        if (block.DeadLetters.Count == 0)
        {
            return;
        }

        _firstRefusal ??= block.DeadLetters[0];
        _refused += block.DeadLetters.Count;
        if (_refused >= RefusalsToDoubt && _refused > _accepted)
        {
            throw new TapeException(File.Path, _lines.Line,
                $"{_refused} of {_refused + _accepted} rows were refused, the first at {_firstRefusal.Source}: {_firstRefusal.Error}",
                "check that the file is what its name says");
        }
    }
}
