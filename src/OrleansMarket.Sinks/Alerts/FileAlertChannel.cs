using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>
/// Appends alerts to a file, one JSON object per line, on disk before the delivery counts. At a size the file is set aside as <c>.1</c>,
/// replacing the one before.
/// </summary>
/// <param name="path">The file; its directory is created.</param>
/// <param name="maxBytes">The size at which it is set aside.</param>
public sealed class FileAlertChannel(string path, long maxBytes) : IAlertChannel
{
    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public TimeSpan MinInterval => TimeSpan.Zero;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new Line(entry.PossibleRepeat, entry.Message), AlertJson.Options);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (new FileInfo(path) is { Exists: true } file && file.Length + line.Length > maxBytes)
            {
                File.Move(path, path + ".1", overwrite: true);
            }

            await using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            await stream.WriteAsync(await BeginAsync(stream, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
            return new(DeliveryStatus.Delivered);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A line that was begun is ended by the next attempt, and read as broken by those who read the file.
            return new(DeliveryStatus.RetryLater, Reason: $"the file cannot be written: {exception.GetType().Name}");
        }
    }

    /// <summary>A line that a crash cut short is ended first.</summary>
    private static async Task<byte[]> BeginAsync(FileStream stream, CancellationToken cancellationToken)
    {
        if (stream.Length == 0)
        {
            return [];
        }

        var last = new byte[1];
        stream.Seek(-1, SeekOrigin.End);
        await stream.ReadExactlyAsync(last, cancellationToken).ConfigureAwait(false);
        return last[0] == (byte)'\n' ? [] : Encoding.ASCII.GetBytes("\n");
    }

    private sealed record Line(bool PossibleRepeat, OutboxMessage Message);
}
