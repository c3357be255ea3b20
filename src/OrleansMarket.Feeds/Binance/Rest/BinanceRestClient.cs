using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>What Binance's public REST API says, at one priority. Cheap: make one per purpose with <see cref="For"/>; all share one transport and budget.</summary>
/// <remarks>Source: Binance Spot API, "General endpoints" and "Market Data endpoints"; the weights stand there.</remarks>
public sealed partial class BinanceRestClient : IExchange, ITradeHistory, IExchangeClock
{
    private const int SymbolsPerInfo = 100;
    private const int MostInfoCalls = 3; // beyond, the whole list is cheaper

    private static readonly TimeSpan AskAgainAfterOddAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfterRefusal = TimeSpan.FromMinutes(10);

    // What ticker/24hr may lag behind the stream; a last id proves nothing about the moments just before it was asked for.
    private static readonly TimeSpan TickerLag = TimeSpan.FromSeconds(1);

    private readonly BinanceRestTransport _transport;
    private readonly RequestPriority _priority;

    /// <summary>Builds a client.</summary>
    public BinanceRestClient(BinanceRestTransport transport, RequestPriority priority = RequestPriority.Live)
    {
        _transport = transport ?? throw new ArgumentNullException(nameof(transport));
        _priority = priority;
    }

    /// <summary>The same client at another priority.</summary>
    public BinanceRestClient For(RequestPriority priority) => new(_transport, priority);

    /// <inheritdoc/>
    public async Task<long> MeasureOffsetAsync(CancellationToken cancellationToken)
    {
        var sent = _transport.Clock.GetTimestamp();
        var answer = await AskAsync(new RestRequest("/api/v3/time", "", 1), RestJsonContext.Default.TimeAnswer, cancellationToken).ConfigureAwait(false);
        var now = Micros.From(_transport.Clock.GetUtcNow());
        var offset = Micros.FromEpoch(answer.ServerTime) - now + Micros.From(_transport.Clock.GetElapsedTime(sent) / 2);
        _transport.SetClockOffset(offset);
        return offset;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        Dictionary<Symbol, SymbolSpec> specs = [];
        var wanted = symbols.ToHashSet();
        var batches = wanted.Chunk(SymbolsPerInfo).ToArray();
        try
        {
            if (batches.Length <= MostInfoCalls)
            {
                foreach (var batch in batches)
                {
                    await ReadSpecsAsync(SymbolsQuery(batch), wanted, specs, cancellationToken).ConfigureAwait(false);
                }

                return specs;
            }
        }
        catch (RestRefusedException refused) when (refused.Code is RestOutcomeReader.BadSymbol or RestOutcomeReader.SymbolStatusMismatch or <= -1100 and >= -1108)
        {
            // One unknown name refuses the whole batch: the full list tells which.
        }

        await ReadSpecsAsync("", wanted, specs, cancellationToken).ConfigureAwait(false);
        return specs;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken)
    {
        Dictionary<Symbol, LastTrade> trades = [];
        await ExchangePages.AskBatchesAsync(specs, batch => ReadLastTradesAsync(batch, trades, cancellationToken)).ConfigureAwait(false);
        return trades;
    }

    /// <summary>The 24-hour tickers of pairs, at most <see cref="ExchangePages.SymbolsPerTicker"/>, as rows of <c>ticker/24hr</c> with <c>type=MINI</c>.</summary>
    internal Task<JsonElement> GetDayTickersAsync(IReadOnlyCollection<string> symbols, CancellationToken cancellationToken) => AskAsync(
        new RestRequest("/api/v3/ticker/24hr", SymbolsQuery(symbols.Select(symbol => new Symbol(symbol))) + "&type=MINI", 2),
        RestJsonContext.Default.JsonElement, cancellationToken);

    /// <inheritdoc/>
    public async Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken)
    {
        // An aggregate's trades share one time, so the first aggregate from there on begins with the first trade.
        var first = await GetAggregatesByTimeAsync(spec, fromMicros, null, 1, cancellationToken).ConfigureAwait(false);
        return first.Count == 0 ? null : first[0].Print.FirstId;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return ExchangePages.ReadKlinesAsync(fromMicros, toMicros, from =>
        {
            var now = Micros.From(_transport.ExchangeNow);
            return RowsAsync(
                spec, new RestRequest("/api/v3/klines", $"{SymbolQuery(spec)}&interval={interval.Name}&startTime={from}&endTime={toMicros - 1}&limit={ExchangePages.RowsPerCall}", 2),
                body => AnswerReader.Klines(spec, interval, now, body), cancellationToken);
        });
    }

    private static string SymbolQuery(SymbolSpec spec) => "symbol=" + Uri.EscapeDataString(spec.Symbol.Value);

    private static string SymbolsQuery(IEnumerable<Symbol> symbols) =>
        "symbols=" + Uri.EscapeDataString("[" + string.Join(',', symbols.Select(symbol => $"\"{symbol.Value}\"")) + "]");

    private async Task ReadSpecsAsync(string query, HashSet<Symbol> wanted, Dictionary<Symbol, SymbolSpec> specs, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new RestRequest("/api/v3/exchangeInfo", query, 20), RestJsonContext.Default.ExchangeInfoAnswer, cancellationToken).ConfigureAwait(false);
        foreach (var limit in answer.RateLimits ?? [])
        {
            if (limit is { Type: "REQUEST_WEIGHT", Interval: "MINUTE", IntervalCount: > 0 })
            {
                _transport.Budget.SetLimit(limit.Limit / limit.IntervalCount);
            }
        }

        foreach (var row in answer.Symbols ?? [])
        {
            if (SymbolSpecReader.Read(row) is { } spec && wanted.Contains(spec.Symbol))
            {
                specs[spec.Symbol] = spec;
            }
        }
    }

    private async Task ReadLastTradesAsync(SymbolSpec[] batch, Dictionary<Symbol, LastTrade> trades, CancellationToken cancellationToken)
    {
        var asked = Micros.From(_transport.ExchangeNow - TickerLag);
        var rows = await AskAsync(
            new RestRequest("/api/v3/ticker/24hr", SymbolsQuery(batch.Select(spec => spec.Symbol)) + "&type=MINI", 2),
            RestJsonContext.Default.TickerAnswerArray, cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (Array.Find(batch, spec => spec.Symbol.Value == row.Symbol) is { } spec && row.LastId >= 0)
            {
                var price = ScaledNumber.TryParse(System.Text.Encoding.ASCII.GetBytes(row.LastPrice ?? ""), spec.PriceDecimals, out var scaled) ? scaled : 0;
                trades[spec.Symbol] = new LastTrade(row.LastId, price, asked);
            }
        }
    }

    private async Task<T> AskAsync<T>(RestRequest request, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var body = await _transport.GetAsync(request, _priority, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("expected an answer, found null");
        }
        catch (JsonException exception)
        {
            throw new ExchangeUnavailableException($"{request.Operation}: expected the documented JSON, found something else ({exception.Message})", AskAgainAfterOddAnswer, exception);
        }
    }

    private async Task<List<T>> RowsAsync<T>(SymbolSpec spec, RestRequest request, Func<byte[], List<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return read(await _transport.GetAsync(request, _priority, cancellationToken).ConfigureAwait(false));
        }
        catch (AnswerFormatException exception)
        {
            throw new ExchangeUnavailableException($"{request.Operation} {spec.Symbol}: {exception.Message}", AskAgainAfterOddAnswer, exception);
        }
        catch (RestRefusedException exception)
        {
            throw new ExchangeUnavailableException($"{spec.Symbol}: {exception.Message}", AskAgainAfterRefusal, exception);
        }
    }
}
