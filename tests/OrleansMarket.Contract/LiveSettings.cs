using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>Settings of a host that follows a fake exchange.</summary>
public static class LiveSettings
{
    /// <summary>Settings of a host that follows some pairs and knows nobody but the exchange.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="symbols">The pairs.</param>
    /// <param name="further">Further settings; the last of a name counts.</param>
    public static Dictionary<string, string> Of(FakeBinance exchange, IReadOnlyList<string> symbols, params IEnumerable<KeyValuePair<string, string>> further)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var settings = new Dictionary<string, string>
        {
            ["SYMBOLS"] = string.Join(',', symbols),
            ["RECONNECT_DELAY_S"] = "0.05",
            ["MAX_RECONNECT_DELAY_S"] = "0.5",
            ["Feeds__Binance__StreamEndpoints__0"] = exchange.StreamUri.OriginalString,
            ["Feeds__Binance__StreamEndpoints__1"] = exchange.MarketDataStreamUri.OriginalString,
            ["Feeds__Binance__RestEndpoint"] = exchange.RestUri.OriginalString,
            ["Feeds__Binance__MarketDataRestEndpoint"] = exchange.MarketDataRestUri.OriginalString,
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var source in (string[])["Binance", "Coingecko", "Coinbase", "Kraken", "Okx", "Bybit"])
        {
            // A test's exchange is the whole world.
            settings[$"Prices__{source}__Enabled"] = "false";
        }

        foreach (var (name, value) in further)
        {
            settings[name] = value;
        }

        return settings;
    }
}
