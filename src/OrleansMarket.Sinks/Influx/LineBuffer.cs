using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Points as lines of InfluxDB's line protocol, each ended by a line feed.</summary>
/// <remarks>
/// Source: InfluxDB OSS v2 documentation, "Line protocol". A line break inside a text would be legal there, but a line is what the server
/// names and what is set aside when it is bad; so control characters become spaces. A tag that ends in a backslash would escape the comma
/// behind it and cannot be written at all; those at its end are left out.
/// </remarks>
internal sealed class LineBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1_024);
    private int _lineStart;
    private bool _hasFields;

    /// <summary>Gets the lines.</summary>
    public ReadOnlyMemory<byte> Lines => _bytes.WrittenMemory[.._lineStart];

    /// <summary>Gets how many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a point.</summary>
    /// <param name="measurement">Its measurement, a plain word.</param>
    public LineBuffer Begin(string measurement)
    {
        // What a point that failed half-way has left is written over.
        if (_bytes.WrittenCount > _lineStart)
        {
            var whole = _bytes.WrittenSpan[.._lineStart].ToArray();
            _bytes.ResetWrittenCount();
            _bytes.Write(whole);
        }

        _hasFields = false;
        Raw(measurement);
        return this;
    }

    /// <summary>Adds a tag; an empty one is left out, as the protocol wants it. Tags come before fields.</summary>
    public void Tag(string key, string value)
    {
        Debug.Assert(!_hasFields, "tags come before fields");
        var text = value.AsSpan().TrimEnd('\\');
        if (text.IsEmpty)
        {
            return;
        }

        Raw(",");
        Raw(key);
        Raw("=");
        Escaped(text, ", =");
    }

    /// <summary>Adds a number with all its decimals; the server keeps the nearest 64-bit floating-point number.</summary>
    public void Field(string key, decimal value)
    {
        Key(key);
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        _bytes.Write(text[..length]);
    }

    /// <summary>Adds a number in its shortest exact form; one that is not finite is left out, since the protocol has no word for it.</summary>
    public void Field(string key, double value)
    {
        if (double.IsFinite(value))
        {
            Key(key);
            Span<byte> text = stackalloc byte[40];
            value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
            _bytes.Write(text[..length]);
        }
    }

    /// <summary>Adds an integer.</summary>
    public void Field(string key, long value)
    {
        Key(key);
        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat(value, text, out var length);
        _bytes.Write(text[..length]);
        Raw("i");
    }

    /// <summary>Adds a truth value.</summary>
    public void Field(string key, bool value)
    {
        Key(key);
        Raw(value ? "true" : "false");
    }

    /// <summary>Adds a text.</summary>
    public void Field(string key, string value)
    {
        Key(key);
        Raw("\"");
        Escaped(value, "\"\\");
        Raw("\"");
    }

    /// <summary>Ends the point; one without any field is left out, since it says nothing and the protocol forbids it.</summary>
    /// <param name="nanos">Its time, ns since 1970-01-01T00:00:00Z.</param>
    public void End(long nanos)
    {
        if (!_hasFields)
        {
            return;
        }

        Raw(" ");
        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat(nanos, text, out var length);
        _bytes.Write(text[..length]);
        Raw("\n");
        _lineStart = _bytes.WrittenCount;
        Count++;
    }

    /// <summary>Forgets all lines.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _lineStart = 0;
        Count = 0;
    }

    private void Key(string key)
    {
        Raw(_hasFields ? "," : " ");
        Raw(key);
        Raw("=");
        _hasFields = true;
    }

    private void Raw(string ascii) => _bytes.Advance(Encoding.ASCII.GetBytes(ascii, _bytes.GetSpan(ascii.Length)));

    private void Escaped(ReadOnlySpan<char> text, ReadOnlySpan<char> special)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                utf8[0] = (byte)' ';
                if (special.Contains(' '))
                {
                    Raw("\\");
                }

                _bytes.Write(utf8[..1]);
                continue;
            }

            if (rune.IsBmp && special.Contains((char)rune.Value))
            {
                Raw("\\");
            }

            _bytes.Write(utf8[..rune.EncodeToUtf8(utf8)]);
        }
    }
}
