using Binance.Net;
using Binance.Net.Enums;
using Binance.Net.Interfaces;
using Binance.Net.Objects.Models.Spot;
using Binance.Net.Objects.Options;
using CryptoExchange.Net.Objects;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using BinanceRestClient = Binance.Net.Clients.BinanceRestClient;
using Market = OrleansMarket.Domain.Trades;

namespace OrleansMarket.Silo.Exchange;

/// <summary>
/// The exchange's REST API through Binance.Net: its requests and its reading of the answers, sent over our transport. The library's own limiter
/// is off, so that one budget alone decides.
/// </summary>
public sealed class BinanceNetClient : IExchange, ITradeHistory, IExchangeClock, IDisposable
{
    private const int SymbolsPerInfo = 100;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfterRefusal = TimeSpan.FromMinutes(10);

    // What ticker/24hr may lag behind the stream; a last id proves nothing about the moments just before it was asked for.
    private static readonly TimeSpan TickerLag = TimeSpan.FromSeconds(1);

    private readonly BinanceRestTransport _transport;
    private readonly IExchangeBudget _budget;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly BinanceRestClient _client;

    /// <summary>Builds a client.</summary>
    /// <param name="transport">Sends; it knows hosts and bans.</param>
    /// <param name="budget">Hears of the exchange's own limit.</param>
    /// <param name="clock">Our clock.</param>
    /// <param name="loggers">Logs.</param>
    /// <param name="priority">What its requests are for.</param>
    public BinanceNetClient(BinanceRestTransport transport, IExchangeBudget budget, TimeProvider clock, ILoggerFactory loggers, RequestPriority priority)
    {
        (_transport, _budget, _clock) = (transport, budget, clock);
        _http = new HttpClient(new BinanceTransportHandler(transport, priority)) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new BinanceRestClient(_http, loggers, Options.Create(new BinanceRestOptions
        {
            Environment = BinanceEnvironment.Live, // where to is the transport's choice
            RateLimiterEnabled = false,
            AutoTimestamp = false,
            CachingEnabled = false,
            RequestTimeout = TimeSpan.FromMinutes(5), // each request has the transport's
        }));
    }

    /// <inheritdoc/>
    public bool ServesHistoricalTrades => _transport.IsFullApi;

    /// <inheritdoc/>
    public async Task<long> MeasureOffsetAsync(CancellationToken cancellationToken)
    {
        var sent = _clock.GetTimestamp();
        var time = await AskAsync("time", _client.SpotApi.ExchangeData.GetServerTimeAsync(cancellationToken)).ConfigureAwait(false);
        var offset = MicrosOf(time) - Micros.From(_clock.GetUtcNow()) + Micros.From(_clock.GetElapsedTime(sent) / 2);
        _transport.SetClockOffset(offset);
        return offset;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken)
    {
        var wanted = symbols.ToHashSet();
        Dictionary<Symbol, SymbolSpec> specs = [];
        try
        {
            foreach (var batch in wanted.Chunk(SymbolsPerInfo))
            {
                Read(await AskAsync("exchangeInfo", _client.SpotApi.ExchangeData.GetExchangeInfoAsync(batch.Select(symbol => symbol.Value), false, ct: cancellationToken)).ConfigureAwait(false));
            }
        }
        catch (RestRefusedException)
        {
            // One unknown name refuses the whole batch: the full list tells which.
            Read(await AskAsync("exchangeInfo", _client.SpotApi.ExchangeData.GetExchangeInfoAsync(false, ct: cancellationToken)).ConfigureAwait(false));
        }

        return specs;

        void Read(BinanceExchangeInfo info)
        {
            if (info.RateLimits.FirstOrDefault(limit => limit is { Type: RateLimitType.RequestWeight, Interval: RateLimitInterval.Minute, IntervalNumber: > 0 }) is { } weight)
            {
                _budget.SetLimit(weight.Limit / weight.IntervalNumber);
            }

            foreach (var row in info.Symbols)
            {
                var (price, lot) = (row.PriceFilter, row.LotSizeFilter);
                if (SymbolSpecReader.Build(row.Name, price?.TickSize, price?.MinPrice, price?.MaxPrice, lot?.StepSize, lot?.MaxQuantity) is { } spec && wanted.Contains(spec.Symbol))
                {
                    specs[spec.Symbol] = spec with { BaseAsset = row.BaseAsset, QuoteAsset = row.QuoteAsset, Status = StatusOf(row.Status) };
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken)
    {
        Dictionary<Symbol, LastTrade> trades = [];
        await ExchangePages.AskBatchesAsync(specs, batch => ReadLastTradesAsync(batch, trades, cancellationToken)).ConfigureAwait(false);
        return trades;
    }

    /// <inheritdoc/>
    public async Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken)
    {
        // An aggregate's trades share one time, so the first aggregate from there on begins with the first trade.
        var first = await GetAggregatesByTimeAsync(spec, fromMicros, null, 1, cancellationToken).ConfigureAwait(false);
        return first.Count == 0 ? null : first[0].Print.FirstId;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken) =>
        ExchangePages.ReadKlinesAsync(fromMicros, toMicros, from =>
        {
            var now = Micros.From(_transport.ExchangeNow);
            return RowsAsync(
                "klines", spec,
                _client.SpotApi.ExchangeData.GetKlinesAsync(
                    spec.Symbol.Value, IntervalOf(interval), TimeOf(from), TimeOf(toMicros - 1), ExchangePages.RowsPerCall, cancellationToken),
                row => CandleOf(spec, interval, now, row));
        });

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Print>> GetNewestTradesAsync(SymbolSpec spec, int limit, CancellationToken cancellationToken) => await RowsAsync(
        "trades", spec, _client.SpotApi.ExchangeData.GetRecentTradesAsync(spec.Symbol.Value, Limit(limit), cancellationToken), row => PrintOf(spec, row)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Print>> GetTradesFromAsync(SymbolSpec spec, long fromId, int limit, CancellationToken cancellationToken) => await RowsAsync(
        "historicalTrades", spec, _client.SpotApi.ExchangeData.GetTradeHistoryAsync(spec.Symbol.Value, Limit(limit), fromId, cancellationToken), row => PrintOf(spec, row)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AggregateTrade>> GetAggregatesByTimeAsync(SymbolSpec spec, long? fromMicros, long? toMicros, int limit, CancellationToken cancellationToken)
    {
        // The library tells times in milliseconds, so a little more is asked for than is wanted.
        var rows = await RowsAsync(
            "aggTrades", spec,
            _client.SpotApi.ExchangeData.GetAggregatedTradeHistoryAsync(
                spec.Symbol.Value, null, fromMicros is { } from ? TimeOf(from) : null, toMicros is { } to ? TimeOf(to + Micros.PerMillisecond - 1) : null, ExchangePages.RowsPerCall, cancellationToken),
            row => AggregateOf(spec, row)).ConfigureAwait(false);
        var inside = rows.Where(row => row.Print.TradeTimeMicros >= (fromMicros ?? long.MinValue) && row.Print.TradeTimeMicros <= (toMicros ?? long.MaxValue));
        return [.. fromMicros is null ? inside.TakeLast(Limit(limit)) : inside.Take(Limit(limit))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AggregateTrade>> GetAggregatesFromAsync(SymbolSpec spec, long fromAggregateId, int limit, CancellationToken cancellationToken) => await RowsAsync(
        "aggTrades", spec, _client.SpotApi.ExchangeData.GetAggregatedTradeHistoryAsync(spec.Symbol.Value, fromAggregateId, null, null, Limit(limit), cancellationToken),
        row => AggregateOf(spec, row)).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private static int Limit(int limit) => Math.Clamp(limit, 1, ExchangePages.RowsPerCall);

    // Rounded down to what the library tells.
    private static DateTime TimeOf(long micros) => Micros.ToInstant(Micros.Floor(micros, Micros.PerMillisecond)).UtcDateTime;

    private static long MicrosOf(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static Print PrintOf(SymbolSpec spec, IBinanceRecentTrade row) => new(
        row.OrderId, row.OrderId, MicrosOf(row.TradeTime), ScaledNumber.FromDecimal(row.Price, spec.PriceDecimals), ScaledNumber.FromDecimal(row.BaseQuantity, spec.QuantityDecimals),
        Wide(row.QuoteQuantity, spec.QuoteDecimals), row.BuyerIsMaker ? TakerSide.Sell : TakerSide.Buy);

    private static AggregateTrade AggregateOf(SymbolSpec spec, BinanceAggregatedTrade row) => new(
        row.Id,
        Print.Aggregate(
            spec, row.FirstTradeId, row.LastTradeId, MicrosOf(row.TradeTime), ScaledNumber.FromDecimal(row.Price, spec.PriceDecimals),
            ScaledNumber.FromDecimal(row.Quantity, spec.QuantityDecimals), row.BuyerIsMaker ? TakerSide.Sell : TakerSide.Buy));

    private static Candle CandleOf(SymbolSpec spec, CandleInterval interval, long now, IBinanceKline row)
    {
        var open = MicrosOf(row.OpenTime);
        return new Candle
        {
            Interval = interval,
            OpenTimeMicros = open,
            Open = ScaledNumber.FromDecimal(row.OpenPrice, spec.PriceDecimals),
            High = ScaledNumber.FromDecimal(row.HighPrice, spec.PriceDecimals),
            Low = ScaledNumber.FromDecimal(row.LowPrice, spec.PriceDecimals),
            Close = ScaledNumber.FromDecimal(row.ClosePrice, spec.PriceDecimals),
            Volume = Wide(row.Volume, spec.QuantityDecimals),
            QuoteVolume = Wide(row.QuoteVolume, spec.QuoteDecimals),
            TakerBuyVolume = Wide(row.TakerBuyBaseVolume, spec.QuantityDecimals),
            TakerBuyQuoteVolume = Wide(row.TakerBuyQuoteVolume, spec.QuoteDecimals),
            TradeCount = row.TradeCount,
            FirstId = -1,
            LastId = -1,
            Status = open + interval.LengthMicros <= now ? CandleStatus.Verified : CandleStatus.Open,
            Flags = CandleFlags.FromExchange | (row.TradeCount == 0 ? CandleFlags.Carried : 0),
        };
    }

    /// <summary>A sum may be longer than 64 bits.</summary>
    private static Int128 Wide(decimal value, int decimals)
    {
        var scaled = value * ScaledNumber.PowerOfTen(decimals);
        return decimal.Truncate(scaled) == scaled ? (Int128)scaled : throw new ArgumentException($"expected at most {decimals} decimals, found {value}", nameof(value));
    }

    private static KlineInterval IntervalOf(CandleInterval interval) => (KlineInterval)(int)(interval.LengthMicros / Micros.PerSecond); // the library numbers them by seconds

    // CANCEL_ONLY is not known to the library.
    private static Market.SymbolStatus StatusOf(global::Binance.Net.Enums.SymbolStatus status) => status switch
    {
        global::Binance.Net.Enums.SymbolStatus.Trading => Market.SymbolStatus.Trading,
        global::Binance.Net.Enums.SymbolStatus.Halt or global::Binance.Net.Enums.SymbolStatus.Break or global::Binance.Net.Enums.SymbolStatus.EndOfDay => Market.SymbolStatus.Halted,
        _ => Market.SymbolStatus.Unknown,
    };

    private static async Task<T> AskAsync<T>(string operation, Task<HttpResult<T>> asking)
    {
        var result = await asking.ConfigureAwait(false);
        if (result.Success)
        {
            return result.Data;
        }

        throw result.Error?.Exception switch
        {
            ExchangeUnavailableException unavailable => unavailable,
            RestRefusedException refused => refused,
            OperationCanceledException cancelled => cancelled,
            var cause => new ExchangeUnavailableException($"{operation}: expected the documented answer, found something else ({result.Error?.Message})", AskAgain, cause),
        };
    }

    private static async Task<List<TRow>> RowsAsync<TAnswer, TRow>(string operation, SymbolSpec spec, Task<HttpResult<TAnswer[]>> asking, Func<TAnswer, TRow> read)
    {
        try
        {
            return [.. (await AskAsync(operation, asking).ConfigureAwait(false)).Select(read)];
        }
        catch (RestRefusedException exception)
        {
            throw new ExchangeUnavailableException($"{spec.Symbol}: {exception.Message}", AskAgainAfterRefusal, exception);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new ExchangeUnavailableException($"{operation} {spec.Symbol}: {exception.Message}", AskAgain, exception);
        }
    }

    private async Task ReadLastTradesAsync(SymbolSpec[] batch, Dictionary<Symbol, LastTrade> trades, CancellationToken cancellationToken)
    {
        var asked = Micros.From(_transport.ExchangeNow - TickerLag);
        var rows = await AskAsync("ticker/24hr", _client.SpotApi.ExchangeData.GetTickersAsync(batch.Select(spec => spec.Symbol.Value), ct: cancellationToken)).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (Array.Find(batch, spec => spec.Symbol.Value == row.Symbol) is { } spec && row.LastTradeId >= 0)
            {
                trades[spec.Symbol] = new LastTrade(row.LastTradeId, ScaledNumber.FromDecimal(row.LastPrice, spec.PriceDecimals), asked);
            }
        }
    }
}
