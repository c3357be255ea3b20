using System.Text.Json;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Sources;

/// <summary>
/// Keeps what the exchange said of our access (bans, refused locations) in a small file beside the data folders: it holds for this machine,
/// whatever feeds the product, and must be known before the first question.
/// </summary>
/// <param name="path">The file.</param>
public sealed class AccessFile(string path) : ISettingsStore
{
    /// <summary>Its name in the folder that holds the data folders.</summary>
    public const string Name = "exchange-access.json";

    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public Task<string?> GetAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Read().GetValueOrDefault(name));
        }
    }

    /// <inheritdoc/>
    public Task SetAsync(string name, string? value, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var values = Read();
            if (value is null)
            {
                values.Remove(name);
            }
            else
            {
                values[name] = value;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var next = path + ".new";
            File.WriteAllText(next, JsonSerializer.Serialize(values));
            File.Move(next, path, overwrite: true);
        }

        return Task.CompletedTask;
    }

    /// <summary>A file that cannot be read as what we wrote says nothing: the exchange will tell again.</summary>
    private SortedDictionary<string, string> Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
