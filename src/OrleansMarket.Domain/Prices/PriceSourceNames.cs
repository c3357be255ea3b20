namespace OrleansMarket.Domain.Prices;

/// <summary>The names of the sources, the same in settings, answers, logs and metrics.</summary>
public static class PriceSourceNames
{
    /// <summary>Our own stream of trades.</summary>
    public const string Stream = "stream";

    /// <summary>Binance's API.</summary>
    public const string Binance = "binance";

    /// <summary>CoinGecko.</summary>
    public const string Coingecko = "coingecko";

    /// <summary>Coinbase Exchange.</summary>
    public const string Coinbase = "coinbase";

    /// <summary>Kraken.</summary>
    public const string Kraken = "kraken";

    /// <summary>OKX.</summary>
    public const string Okx = "okx";

    /// <summary>Bybit.</summary>
    public const string Bybit = "bybit";
}
