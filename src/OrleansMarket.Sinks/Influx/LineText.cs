using System.Text;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Lines of text as bytes, each ended by a line feed.</summary>
internal static class LineText
{
    /// <summary>The longest beginning of whole lines within bounds; at least one line.</summary>
    public static (int Length, int Lines) Take(ReadOnlySpan<byte> text, int maxLines, int maxBytes)
    {
        var (length, lines) = (0, 0);
        while (length < text.Length && lines < maxLines)
        {
            var next = length + text[length..].IndexOf((byte)'\n') + 1;
            if (lines > 0 && next > maxBytes)
            {
                break;
            }

            (length, lines) = (next, lines + 1);
        }

        return (length, lines);
    }

    /// <summary>How many lines there are.</summary>
    public static int Count(ReadOnlySpan<byte> text) => text.Count((byte)'\n');

    /// <summary>The lines without their line feeds.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOf((byte)'\n');
            yield return text[..end];
            text = text[(end + 1)..];
        }
    }

    /// <summary>A line as text.</summary>
    public static string Read(ReadOnlyMemory<byte> line) => Encoding.UTF8.GetString(line.Span);
}
