namespace OrleansMarket.Web;

/// <summary>Addresses to listen on, as people write them.</summary>
public static class ListenUrls
{
    /// <summary>The first of several addresses (separated by semicolons) that is none, or <see langword="null"/>.</summary>
    public static string? FindWrong(string urls) => urls
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .FirstOrDefault(url => !Uri.TryCreate(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https"));
}
