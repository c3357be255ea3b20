using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>The answers of <c>/api/v3</c>, after rest-api.md; <c>faqs/market_data_only.md</c> for what the other host leaves out.</summary>
internal sealed class RestApi(IReadOnlyDictionary<string, FakeMarket> markets, Faults faults, ExchangeClock clock, int weightPerMinute)
{
    private const int DefaultLimit = 500;
    private const int MaxLimit = 1_000;

    /// <summary>Weight of a request, by the documented table.</summary>
    public static int WeightOf(string endpoint, IQueryCollection query) => endpoint switch
    {
        "ping" or "time" => 1,
        "exchangeInfo" => 20,
        "trades" or "historicalTrades" => 25,
        "aggTrades" => 4,
        "klines" => 2,
        "ticker/24hr" when query.ContainsKey("symbol") => 2,
        "ticker/24hr" when query.TryGetValue("symbols", out var list) => list.ToString().Count(c => c == ',') switch { < 20 => 2, < 100 => 40, _ => 80 },
        "ticker/24hr" => 80,
        _ => 1,
    };

    public object? Answer(string endpoint, IQueryCollection query, bool microseconds, bool marketDataOnly) => endpoint switch
    {
        "ping" => new { },
        "time" => new { serverTime = FrameText.Time(clock.NowMicros, microseconds) },
        "exchangeInfo" => ExchangeInfo(query, microseconds),
        "trades" => Trades(Market(query), Limit(query), null, 0, microseconds),
        "historicalTrades" when !marketDataOnly && !faults.HideHistoricalTrades =>
            Trades(Market(query), Limit(query), Number(query, "fromId"), faults.TakeLag(), microseconds),
        "aggTrades" => AggTrades(Market(query), query, microseconds),
        "klines" => Klines(Market(query), query, microseconds),
        "ticker/24hr" => Tickers(query, microseconds),
        _ => null,
    };

    private static List<object> Trades(FakeMarket market, int limit, long? fromId, int lag, bool microseconds)
    {
        var happened = market.Happened;
        var known = Math.Max(0, happened.Count - lag);
        var start = fromId is { } id && known > 0 ? (int)Math.Clamp(id - happened[0].FirstId, 0, known) : Math.Max(0, known - limit);
        return happened.Skip(start).Take(Math.Min(limit, known - start)).Select(object (trade) => new
        {
            id = trade.FirstId,
            price = Price(market, trade.Price),
            qty = Quantity(market, trade.Quantity),
            quoteQty = FrameText.Number(market.Spec.Quote(trade.QuoteAmount)),
            time = FrameText.Time(trade.TradeTimeMicros, microseconds),
            isBuyerMaker = trade.Taker == TakerSide.Sell,
            isBestMatch = true,
        }).ToList();
    }

    private List<object> AggTrades(FakeMarket market, IQueryCollection query, bool microseconds)
    {
        var (fromId, limit) = (Number(query, "fromId"), Limit(query));
        var (start, end) = (Time(query, "startTime"), Time(query, "endTime"));
        if (fromId is not null && (start is not null || end is not null))
        {
            throw new RestException(-1128, "Combination of optional parameters invalid.");
        }

        var rows = market.HappenedAggregates(faults.TakeLag())
            .Where(row => row.AggregateId >= (fromId ?? 0) && row.Print.TradeTimeMicros >= (start ?? 0) && row.Print.TradeTimeMicros <= (end ?? long.MaxValue));
        rows = fromId is null && start is null ? rows.TakeLast(limit) : rows.Take(limit);

        // Not an anonymous type: m and M are one name to its constructor.
        return rows.Select(object (row) => new Dictionary<string, object>
        {
            ["a"] = row.AggregateId,
            ["p"] = Price(market, row.Print.Price),
            ["q"] = Quantity(market, row.Print.Quantity),
            ["f"] = row.Print.FirstId,
            ["l"] = row.Print.LastId,
            ["T"] = FrameText.Time(row.Print.TradeTimeMicros, microseconds),
            ["m"] = row.Print.Taker == TakerSide.Sell,
            ["M"] = true,
        }).ToList();
    }

    private object Klines(FakeMarket market, IQueryCollection query, bool microseconds)
    {
        if (!CandleInterval.TryParse(Text(query, "interval") ?? throw RestException.MissingParameter("interval"), out var interval))
        {
            throw new RestException(-1120, "Invalid interval.");
        }

        var (start, end, limit) = (Time(query, "startTime"), Time(query, "endTime"), Limit(query));
        var happened = market.Happened.SkipLast(faults.TakeKlineLag()).ToList();
        if (happened.Count == 0)
        {
            return Array.Empty<object>();
        }

        // Windows that cannot be in the answer are not computed: each starts with the last close before it.
        var first = interval.OpenOf(market.Trades[0].TradeTimeMicros);
        var last = Math.Min(interval.OpenOf(clock.NowMicros), end ?? long.MaxValue);
        var from = Math.Max(start is { } at ? RoundUp(at, interval.LengthMicros) : last - ((limit - 1) * interval.LengthMicros), first);
        from = interval.OpenOf(from);
        var windows = TrueCandle.Of(
                market.Spec,
                happened.Where(trade => trade.TradeTimeMicros >= from && trade.TradeTimeMicros < last + interval.LengthMicros),
                interval.LengthMicros)
            .ToDictionary(candle => candle.OpenTimeMicros);
        var close = happened.Where(trade => trade.TradeTimeMicros < from).Select(trade => market.Spec.Price(trade.Price)).LastOrDefault();
        var rows = new List<object[]>();
        for (var open = from; open <= last && rows.Count < limit; open += interval.LengthMicros)
        {
            var candle = windows.GetValueOrDefault(open) ?? new TrueCandle(open, close, close, close, close, 0, 0, 0, 0, 0, -1, -1);
            close = candle.Close;
            var closeTime = microseconds ? open + interval.LengthMicros - 1 : ((open + interval.LengthMicros) / Micros.PerMillisecond) - 1;
            rows.Add(
            [
                FrameText.Time(open, microseconds), FrameText.Number(candle.Open), FrameText.Number(candle.High), FrameText.Number(candle.Low),
                FrameText.Number(candle.Close), FrameText.Number(candle.Volume), closeTime, FrameText.Number(candle.QuoteVolume), candle.TradeCount,
                FrameText.Number(candle.TakerBuyVolume), FrameText.Number(candle.TakerBuyQuoteVolume), "0",
            ]);
        }

        return rows;
    }

    private object ExchangeInfo(IQueryCollection query, bool microseconds) => new
    {
        timezone = "UTC",
        serverTime = FrameText.Time(clock.NowMicros, microseconds),
        rateLimits = new object[]
        {
            new { rateLimitType = "REQUEST_WEIGHT", interval = "MINUTE", intervalNum = 1, limit = weightPerMinute },
            new { rateLimitType = "RAW_REQUESTS", interval = "MINUTE", intervalNum = 5, limit = 300_000 },
        },
        exchangeFilters = Array.Empty<object>(),
        symbols = Asked(query).Select(market => new
        {
            symbol = market.Name,
            status = StatusText(market.Spec.Status),
            baseAsset = market.Spec.BaseAsset,
            baseAssetPrecision = 8,
            quoteAsset = market.Spec.QuoteAsset,
            quotePrecision = 8,
            quoteAssetPrecision = 8,
            isSpotTradingAllowed = true,
            filters = new object[]
            {
                new
                {
                    filterType = "PRICE_FILTER",
                    minPrice = Price(market, market.Spec.MinPrice),
                    maxPrice = Price(market, market.Spec.MaxPrice),
                    tickSize = Price(market, 1),
                },
                new
                {
                    filterType = "LOT_SIZE",
                    minQty = Quantity(market, market.Spec.MinQuantity),
                    maxQty = Quantity(market, market.Spec.MaxQuantity),
                    stepSize = Quantity(market, 1),
                },
            },
        }).ToList(),
    };

    private object Tickers(IQueryCollection query, bool microseconds)
    {
        var mini = Text(query, "type") switch
        {
            null or "FULL" => false,
            "MINI" => true,
            _ => throw new RestException(-1139, "Invalid ticker type."),
        };
        var tickers = Asked(query).Select(market => Ticker(market, mini, microseconds)).ToList();
        return query.ContainsKey("symbol") ? tickers[0] : tickers;
    }

    private Dictionary<string, object> Ticker(FakeMarket market, bool mini, bool microseconds)
    {
        var now = clock.NowMicros;
        var day = market.Since(now - Micros.PerDay) ?? new TrueCandle(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1);
        var ticker = new Dictionary<string, object> { ["symbol"] = market.Name };
        if (!mini)
        {
            ticker["priceChange"] = FrameText.Number(day.Close - day.Open);
            ticker["priceChangePercent"] = (day.Open == 0 ? 0 : 100 * (day.Close - day.Open) / day.Open).ToString("0.000", CultureInfo.InvariantCulture);
            ticker["weightedAvgPrice"] = FrameText.Number(day.Volume == 0 ? 0 : day.QuoteVolume / day.Volume);
            ticker["prevClosePrice"] = ticker["bidPrice"] = ticker["askPrice"] = FrameText.Number(day.Close);
            ticker["lastQty"] = ticker["bidQty"] = ticker["askQty"] = FrameText.Number(1);
        }

        ticker["openPrice"] = FrameText.Number(day.Open);
        ticker["highPrice"] = FrameText.Number(day.High);
        ticker["lowPrice"] = FrameText.Number(day.Low);
        ticker["lastPrice"] = FrameText.Number(day.Close);
        ticker["volume"] = FrameText.Number(day.Volume);
        ticker["quoteVolume"] = FrameText.Number(day.QuoteVolume);
        ticker["openTime"] = FrameText.Time(now - Micros.PerDay, microseconds);
        ticker["closeTime"] = FrameText.Time(now, microseconds);
        ticker["firstId"] = day.FirstId;
        ticker["lastId"] = day.LastId;
        ticker["count"] = day.TradeCount;
        return ticker;
    }

    private IReadOnlyCollection<FakeMarket> Asked(IQueryCollection query)
    {
        if (query.ContainsKey("symbol"))
        {
            return [Market(query)];
        }

        if (Text(query, "symbols") is not { } list)
        {
            return [.. markets.Values];
        }

        try
        {
            return [.. JsonSerializer.Deserialize<string[]>(list)!.Select(name => markets.GetValueOrDefault(name) ?? throw RestException.InvalidSymbol())];
        }
        catch (JsonException)
        {
            throw new RestException(-1100, "Illegal characters found in parameter 'symbols'.");
        }
    }

    private FakeMarket Market(IQueryCollection query) =>
        markets.GetValueOrDefault(Text(query, "symbol") ?? throw RestException.MissingParameter("symbol")) ?? throw RestException.InvalidSymbol();

    private static int Limit(IQueryCollection query) => Number(query, "limit") switch
    {
        null => DefaultLimit,
        <= 0 => throw new RestException(-1130, "Data sent for parameter 'limit' is not valid."),
        { } limit => (int)Math.Min(limit, MaxLimit),
    };

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    private static long? Number(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw RestException.Illegal(name),
    };

    /// <summary>Times are taken in either unit; an end in milliseconds means the whole millisecond.</summary>
    private static long? Time(IQueryCollection query, string name) => Number(query, name) is not { } time ? null
        : Micros.FromEpoch(time) + (time < 1_000_000_000_000_000 && name == "endTime" ? Micros.PerMillisecond - 1 : 0);

    private static long RoundUp(long micros, long window) => Micros.Floor(micros + window - 1, window);

    private static string Price(FakeMarket market, long scaled) => FrameText.Number(market.Spec.Price(scaled));

    private static string Quantity(FakeMarket market, long scaled) => FrameText.Number(market.Spec.Quantity(scaled));

    private static string StatusText(SymbolStatus status) => status switch
    {
        SymbolStatus.Halted => "BREAK",
        SymbolStatus.CancelOnly => "CANCEL_ONLY",
        _ => "TRADING",
    };
}
