using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Domain.Tests.Prices;

/// <summary>Sources and readings in a few words.</summary>
internal static class PriceTable
{
    public const double Threshold = 0.01;

    public static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static readonly PriceSourceProfile OwnTrades = Source(PriceSourceNames.Stream, PriceRule.Binance, 2, 30, PriceSourceNames.Binance);
    public static readonly PriceSourceProfile Binance = Source(PriceSourceNames.Binance, PriceRule.Binance, 2, 30);
    public static readonly PriceSourceProfile Coingecko = Source(PriceSourceNames.Coingecko, PriceRule.Coingecko, 1, 240);
    public static readonly PriceSourceProfile Coinbase = Source(PriceSourceNames.Coinbase, PriceRule.Exchange, 1, 120);
    public static readonly PriceSourceProfile Kraken = Source(PriceSourceNames.Kraken, PriceRule.Exchange, 1, 60);
    public static readonly PriceSourceProfile Okx = Source(PriceSourceNames.Okx, PriceRule.Exchange, 1, 60);

    public static UsdRates Measured(double rate) =>
        new(new Dictionary<string, UsdRate> { ["USDT"] = new("USDT", rate, 0, "kraken") });

    public static PriceReading Says(this PriceSourceProfile source, double price, double ageSeconds = 0, string? currency = null, double? change = null, double? volume = null) => new(
        source,
        new PriceQuote
        {
            Asset = "BTC",
            Source = source.Name,
            Currency = currency ?? (source.Venue is PriceSourceNames.Binance or PriceSourceNames.Okx ? PriceQuote.Usdt : PriceQuote.Usd),
            Price = (decimal)price,
            Time = Now.AddSeconds(-ageSeconds),
            Received = Now.AddSeconds(-Math.Max(0, ageSeconds)),
            Change24hPercent = change,
            Volume24h = (decimal?)volume,
        });

    public static PriceReading Silent(this PriceSourceProfile source, string why) => new(source, null, why);

    public static AssetPrice Decide(params PriceReading[] readings) => PriceConsensus.Decide("BTC", readings, Measured(1), null, Threshold, Now);

    private static PriceSourceProfile Source(string name, PriceRule rank, double weight, int boundSeconds, string? venue = null) =>
        new(name, venue ?? name, rank, weight, TimeSpan.FromSeconds(boundSeconds), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));
}
