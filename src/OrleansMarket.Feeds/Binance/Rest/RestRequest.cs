namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>One GET request to the public API.</summary>
/// <param name="Path">The path, such as <c>/api/v3/trades</c>.</param>
/// <param name="Query">The escaped query without question mark; may be empty.</param>
/// <param name="Weight">Its weight. Source: Binance Spot API, each operation's "Weight".</param>
/// <param name="NeedsFullApi">Whether only the full host serves it.</param>
public readonly record struct RestRequest(string Path, string Query, int Weight, bool NeedsFullApi = false)
{
    /// <summary>Gets the operation's name for metrics and messages: the path without its common start.</summary>
    public string Operation => Path.StartsWith("/api/v3/", StringComparison.Ordinal) ? Path["/api/v3/".Length..] : Path;
}
