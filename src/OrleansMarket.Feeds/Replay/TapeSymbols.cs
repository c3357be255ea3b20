using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>What can be known of a symbol from its name alone: any recording can be read exactly at 8 decimals, which is what the exchange itself keeps.</summary>
public static class TapeSymbols
{
    // Longest first where one ends in another. Source: the quote assets of Binance's spot markets.
    private static readonly string[] QuoteAssets =
        ["FDUSD", "USDT", "USDC", "TUSD", "BUSD", "DAI", "EURI", "EUR", "GBP", "TRY", "BRL", "JPY", "MXN", "ARS", "COP", "CZK", "IDR", "PLN", "RON", "UAH", "ZAR", "AUD", "RUB", "BTC", "ETH", "BNB", "XRP", "TRX", "DOGE", "SOL", "DOT"];

    /// <summary>The widest specification, with the two assets where the name ends in a known quote asset.</summary>
    public static SymbolSpec SpecOf(Symbol symbol)
    {
        var name = symbol.Value;
        var quote = Array.Find(QuoteAssets, asset => name.Length > asset.Length && name.EndsWith(asset, StringComparison.Ordinal));
        return quote is null
            ? SymbolSpec.Widest(symbol)
            : SymbolSpec.Widest(symbol) with { BaseAsset = name[..^quote.Length], QuoteAsset = quote };
    }

    /// <summary>A table that takes every symbol a recording holds.</summary>
    public static SymbolTable Any() => new([], symbol => SpecOf(symbol));
}
