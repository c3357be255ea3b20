namespace OrleansMarket.Web;

/// <summary>Addresses to listen on, as people write them.</summary>
public static class ListenUrls
{
    /// <summary>What is wrong with addresses (several are separated by semicolons), in one line; <see langword="null"/> when nothing is.</summary>
    public static string? Explain(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        var wrong = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(url => !IsAddress(url));
        return wrong is null ? null : $"--urls: expected addresses such as http://localhost:8080, found '{wrong}'";
    }

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https";
}
