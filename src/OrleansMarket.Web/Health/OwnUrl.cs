namespace OrleansMarket.Web.Health;

/// <summary>Where a host is asked from the same machine or container, by what it was told to listen at.</summary>
public static class OwnUrl
{
    private static readonly Uri Usual = new("http://localhost:8080");

    /// <summary>Reads the first address of a list such as <c>ASPNETCORE_URLS</c>.</summary>
    /// <param name="urls">Addresses separated by semicolons, wildcards (+, *, 0.0.0.0, [::]) allowed; the host's default when there is none.</param>
    /// <returns>An address that can be asked: wildcards are <c>localhost</c>.</returns>
    public static Uri Of(string? urls)
    {
        var first = urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        if (first is null || !Uri.TryCreate(first.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var url))
        {
            return Usual;
        }

        return url.Host is "0.0.0.0" or "[::]" ? new UriBuilder(url) { Host = "localhost" }.Uri : url;
    }
}
