using System.Text.Json;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Where lines go that the server refuses, with its reason: a file of one JSON object per line, on the disk before the line counts as dealt
/// with. At a size it is set aside as <c>.1</c>, replacing the one before.
/// </summary>
internal sealed class BadLines(string directory, TimeProvider clock)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "bad-lines.jsonl";

    private const long MaxBytes = 16 << 20;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path = Path.Combine(directory, FileName);

    /// <summary>Adds lines.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public void Add(IEnumerable<BadLine> lines)
    {
        if (new FileInfo(_path) is { Exists: true, Length: > MaxBytes })
        {
            File.Move(_path, _path + ".1", overwrite: true);
        }

        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        var time = Micros.ToInstant(Micros.From(clock.GetUtcNow()));
        foreach (var line in lines)
        {
            JsonSerializer.Serialize(file, new Entry(time, line.Reason, line.Line), Plain);
            file.WriteByte((byte)'\n');
        }

        file.Flush(flushToDisk: true);
    }

    private sealed record Entry(DateTimeOffset Time, string Reason, string Line);
}

/// <summary>A line that the server refuses.</summary>
/// <param name="Line">The line.</param>
/// <param name="Reason">What the server says of it.</param>
internal readonly record struct BadLine(string Line, string Reason);
