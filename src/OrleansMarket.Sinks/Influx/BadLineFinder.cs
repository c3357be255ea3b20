using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Tells the bad lines of a batch from the rest: by the server's message where that quotes them, else by halving until one is left. Good lines
/// may be written several times meanwhile, which changes nothing.
/// </summary>
internal static partial class BadLineFinder
{
    /// <summary>What is to be done about a refused batch: lines that are bad for certain, and what to send next, in this order.</summary>
    public readonly record struct Verdict(IReadOnlyList<BadLine> Bad, IReadOnlyList<ReadOnlyMemory<byte>> Next);

    /// <summary>Judges a batch that was refused.</summary>
    /// <param name="lines">The batch.</param>
    /// <param name="outcome">What the server said: <see cref="SeriesStatus.Rejected"/> or <see cref="SeriesStatus.TooLarge"/>.</param>
    public static Verdict Judge(ReadOnlyMemory<byte> lines, in SeriesOutcome outcome)
    {
        var count = LineText.Count(lines.Span);
        var reason = outcome.Problem ?? "";
        if (count == 1)
        {
            return new([new(LineText.Read(lines[..^1]), reason)], []);
        }

        if (outcome.Status == SeriesStatus.Rejected)
        {
            if (Quoted(reason) is { Count: > 0 } quoted && Without(lines, quoted) is { Bad.Count: > 0 } found)
            {
                return found;
            }

            // "partial write: … dropped=3" of three lines: none of them was taken.
            if (Dropped().Match(reason) is { Success: true } dropped && dropped.Groups[1].ValueSpan.SequenceEqual(count.ToString(CultureInfo.InvariantCulture)))
            {
                return new([.. LineText.Split(lines).Select(line => new BadLine(LineText.Read(line), reason))], []);
            }
        }

        var (length, _) = LineText.Take(lines.Span, count / 2, int.MaxValue);
        return new([], [lines[..length], lines[length..]]);
    }

    private static Verdict Without(ReadOnlyMemory<byte> lines, Dictionary<string, string> quoted)
    {
        var bad = new List<BadLine>();
        using var rest = new MemoryStream(lines.Length);
        foreach (var line in LineText.Split(lines))
        {
            if (quoted.TryGetValue(LineText.Read(line), out var reason))
            {
                bad.Add(new(LineText.Read(line), reason));
            }
            else
            {
                rest.Write(line.Span);
                rest.WriteByte((byte)'\n');
            }
        }

        return new(bad, rest.Length == 0 ? [] : [rest.ToArray()]);
    }

    private static Dictionary<string, string> Quoted(string message)
    {
        var quoted = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var said in message.Split('\n'))
        {
            if (UnableToParse().Match(said) is { Success: true } match)
            {
                quoted[match.Groups[1].Value] = match.Groups[2].Value;
            }
        }

        return quoted;
    }

    /// <summary>As 1.x and 2.x say it. A line may hold quotes and colons itself, so the last quote that a colon follows ends it.</summary>
    [GeneratedRegex(@"unable to parse '(.*)': (.*?)(?: dropped=\d+)?$")]
    private static partial Regex UnableToParse();

    [GeneratedRegex(@"dropped=(\d+)$")]
    private static partial Regex Dropped();
}
