using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>
/// Reads portfolios from JSON: <c>{ "portfolios": { "main": { "holdings": [ { "asset": "BTC", "quantity": 0.5, "costBasis": 20000 } ] } } }</c>.
/// Comments and trailing commas are allowed; a field that is not known is an error, not an oversight.
/// </summary>
public static class PortfolioFile
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The portfolios of a file, by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="now">Our clock.</param>
    /// <exception cref="PortfolioFileException">The file cannot be read, or something in it is wrong.</exception>
    public static IReadOnlyDictionary<string, PortfolioHoldings> Read(string path, DateTimeOffset now)
    {
        byte[] utf8;
        try
        {
            using var stream = File.OpenRead(path);
            utf8 = stream.Length <= MaxBytes ? new byte[stream.Length] : throw new PortfolioFileException(path, $"expected at most {MaxBytes} bytes, found {stream.Length}");
            stream.ReadExactly(utf8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PortfolioFileException(path, $"expected a file that can be read: {exception.Message}", exception);
        }

        return Parse(utf8, path, now);
    }

    private static Dictionary<string, PortfolioHoldings> Parse(ReadOnlySpan<byte> utf8, string path, DateTimeOffset now)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, PortfolioFileJson.Default.Content) ?? throw new JsonException("found null");
        }
        catch (JsonException exception)
        {
            throw new PortfolioFileException(path, $"expected {{ \"portfolios\": {{ … }} }} as docs/portfolio.md shows, found an error at line {(exception.LineNumber ?? 0) + 1}{At(exception)}", exception);
        }

        if (content.Portfolios.Count > PortfolioValidator.MaxPortfolios)
        {
            throw new PortfolioFileException(path, $"expected at most {PortfolioValidator.MaxPortfolios} portfolios, found {content.Portfolios.Count}");
        }

        var portfolios = new Dictionary<string, PortfolioHoldings>(StringComparer.Ordinal);
        foreach (var (name, entry) in content.Portfolios)
        {
            var portfolio = new PortfolioHoldings { Name = name, Holdings = entry?.Holdings ?? [], Origin = PortfolioOrigin.File, Updated = now };
            if (PortfolioValidator.Validate(portfolio).FirstOrDefault() is { Key: not null } problem)
            {
                throw new PortfolioFileException(path, $"portfolios.{name}.{problem.Key}: {problem.Value[0]}");
            }

            portfolios.Add(name, portfolio.Normalised());
        }

        return portfolios;
    }

    private static string At(JsonException exception) => exception.Path is { Length: > 1 } path ? $" ({path.TrimStart('$', '.')})" : "";

    internal sealed record Content
    {
        public required Dictionary<string, Entry?> Portfolios { get; init; }
    }

    internal sealed record Entry
    {
        public required Holding[] Holdings { get; init; }
    }
}

/// <summary>The file with portfolios cannot be used.</summary>
public sealed class PortfolioFileException : Exception
{
    /// <summary>Builds the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What was expected and found.</param>
    /// <param name="innerException">The cause, if any.</param>
    public PortfolioFileException(string path, string problem, Exception? innerException = null)
        : base($"Portfolio:File '{path}': {problem}", innerException)
    {
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(PortfolioFile.Content))]
internal sealed partial class PortfolioFileJson : JsonSerializerContext;
