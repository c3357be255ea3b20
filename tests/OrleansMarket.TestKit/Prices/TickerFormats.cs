using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.TestKit.Prices;

/// <summary>How one source writes tickers and errors.</summary>
internal interface ITickerFormat
{
    /// <summary>The answer to a request.</summary>
    (int Status, object Body) Answer(HttpRequest request);

    /// <summary>An error that comes with status 200.</summary>
    object Error();
}

/// <summary>Binance Spot API, "24hr ticker price change statistics", <c>type=MINI</c>: numbers in quotes, one unknown symbol refuses all.</summary>
internal sealed class BinanceFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Binance;

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var symbols = JsonSerializer.Deserialize<string[]>(request.Query["symbols"].ToString())!;
        if (symbols.Any(symbol => sources.PriceOf(Name, AssetOf(symbol)) is null))
        {
            return (400, new { code = -1121, msg = "Invalid symbol." });
        }

        return (200, symbols.Where(symbol => !sources.LeavesOut(Name, AssetOf(symbol))).Select(symbol =>
        {
            var price = sources.PriceOf(Name, AssetOf(symbol))!.Value;
            var time = sources.TimeOf(Name).ToUnixTimeMilliseconds() * 1_000;
            return new
            {
                symbol,
                openPrice = Text(price / 2),
                highPrice = Text(price),
                lowPrice = Text(price / 2),
                lastPrice = sources.Text(Name, price),
                volume = "10.00000000",
                quoteVolume = Text(price * 10),
                openTime = time - 86_400_000_000,
                closeTime = time,
                firstId = 1,
                lastId = 2,
                count = 2,
            };
        }).ToArray());
    }

    public object Error() => new { code = -1000, msg = "An unknown error occurred while processing the request." };

    private static string AssetOf(string symbol) => symbol[..^4];

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>CoinGecko, "Coin Price by IDs": JSON numbers under the id, unknown ids are left out.</summary>
internal sealed class CoingeckoFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Coingecko;

    private static readonly Dictionary<string, string> Ids = new() { ["bitcoin"] = "BTC", ["ethereum"] = "ETH", ["tether"] = "USDT", ["solana"] = "SOL" };

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var coins = new Dictionary<string, object>();
        foreach (var id in request.Query["ids"].ToString().Split(','))
        {
            if (Ids.TryGetValue(id, out var asset) && sources.PriceOf(Name, asset) is { } price && !sources.LeavesOut(Name, asset))
            {
                coins[id] = new Dictionary<string, object>
                {
                    ["usd"] = sources.Number(Name, price),
                    ["usd_24h_vol"] = price * 100,
                    ["usd_24h_change"] = 100.0,
                    ["last_updated_at"] = sources.TimeOf(Name).ToUnixTimeSeconds(),
                };
            }
        }

        return (200, coins);
    }

    public object Error() => new { status = new { error_code = 10010, error_message = "If you are using a Pro API key, change your root URL" } };
}

/// <summary>Coinbase Exchange, "Get product ticker" and "Get product stats": numbers in quotes, 404 for an unknown product.</summary>
internal sealed class CoinbaseFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Coinbase;

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var asset = request.RouteValues["product"]!.ToString()!.Split('-')[0];
        if (sources.PriceOf(Name, asset) is not { } price || sources.LeavesOut(Name, asset))
        {
            return (404, new { message = "NotFound" });
        }

        return (200, request.RouteValues["what"]!.ToString() == "stats"
            ? new { open = (price / 2).ToString(CultureInfo.InvariantCulture), last = price.ToString(CultureInfo.InvariantCulture), volume = "10" }
            : new { trade_id = 1, price = sources.Text(Name, price), size = "1", volume = "10", time = sources.TimeOf(Name).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) });
    }

    public object Error() => new { message = "Internal server error" };
}

/// <summary>Kraken, "Get ticker information": keys that are not the names asked for, no time, errors with status 200.</summary>
internal sealed class KrakenFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Kraken;

    private static readonly Dictionary<string, string> Keys = new() { ["XBTUSD"] = "XXBTZUSD", ["ETHUSD"] = "XETHZUSD", ["USDTUSD"] = "USDTZUSD" };

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var result = new Dictionary<string, object>();
        foreach (var pair in request.Query["pair"].ToString().Split(','))
        {
            var asset = pair == "XBTUSD" ? "BTC" : pair[..^3];
            if (sources.PriceOf(Name, asset) is not { } price)
            {
                return (200, new { error = new[] { "EQuery:Unknown asset pair" } });
            }

            if (!sources.LeavesOut(Name, asset))
            {
                var text = price.ToString(CultureInfo.InvariantCulture);
                result[Keys.GetValueOrDefault(pair, pair)] = new { a = new[] { text, "1", "1.000" }, b = new[] { text, "1", "1.000" }, c = new[] { sources.Text(Name, price), "0.1" }, v = new[] { "3", "10" }, o = text };
            }
        }

        return (200, new { error = Array.Empty<string>(), result });
    }

    public object Error() => new { error = new[] { "EService:Unavailable" } };
}

/// <summary>OKX, "Get ticker": numbers and times in quotes, errors with status 200 and a code.</summary>
internal sealed class OkxFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Okx;

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var pair = request.Query["instId"].ToString();
        var asset = pair.Split('-')[0];
        if (sources.PriceOf(Name, asset) is not { } price)
        {
            return (200, new { code = "51001", msg = "Instrument ID does not exist", data = Array.Empty<object>() });
        }

        return (200, new
        {
            code = "0",
            msg = "",
            data = sources.LeavesOut(Name, asset) ? [] : new[]
            {
                new
                {
                    instType = "SPOT", instId = pair, last = sources.Text(Name, price), lastSz = "1", open24h = (price / 2).ToString(CultureInfo.InvariantCulture), vol24h = "10",
                    volCcy24h = (price * 10).ToString(CultureInfo.InvariantCulture), ts = sources.TimeOf(Name).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                },
            },
        });
    }

    public object Error() => new { code = "50001", msg = "Service temporarily unavailable. Please try again later", data = Array.Empty<object>() };
}

/// <summary>Bybit v5, "Get tickers": numbers in quotes, the change as a fraction, errors with status 200 and a code.</summary>
internal sealed class BybitFormat(FakePriceSources sources) : ITickerFormat
{
    private const string Name = PriceSourceNames.Bybit;

    public (int Status, object Body) Answer(HttpRequest request)
    {
        var symbol = request.Query["symbol"].ToString();
        var asset = symbol[..^4];
        var time = sources.TimeOf(Name).ToUnixTimeMilliseconds();
        if (sources.PriceOf(Name, asset) is not { } price)
        {
            return (200, new { retCode = 10001, retMsg = "Not supported symbols", result = new { }, time });
        }

        return (200, new
        {
            retCode = 0,
            retMsg = "OK",
            result = new
            {
                category = "spot",
                list = sources.LeavesOut(Name, asset) ? [] : new[]
                {
                    new
                    {
                        symbol, lastPrice = sources.Text(Name, price), prevPrice24h = (price / 2).ToString(CultureInfo.InvariantCulture), price24hPcnt = "1", volume24h = "10",
                        turnover24h = (price * 10).ToString(CultureInfo.InvariantCulture),
                    },
                },
            },
            time,
        });
    }

    public object Error() => new { retCode = 10016, retMsg = "Server error", result = new { }, time = 0 };
}
