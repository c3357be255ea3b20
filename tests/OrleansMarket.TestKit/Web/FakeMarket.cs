using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Web;

/// <summary>
/// A whole product in memory for tests of API and page: five symbols whose data is a function of the clock (<see cref="FakeTape"/>), and
/// faults at the turn of a property.
/// </summary>
public sealed partial class FakeMarket(TimeProvider clock) : IMarket
{
    // More than a reader on a busy machine falls behind: an event that a test sends once must not be lost.
    private const int EventBuffer = 100_000;

    // One question, event or change at a time: the test, the server and whoever publishes are different threads.
    private readonly Lock _gate = new();
    private readonly List<(WatchQuery Query, Channel<MarketEvent> Channel)> _watchers = [];
    private long _eventId;
    private DateTimeOffset? _frozenSince;

    /// <summary>The instant at which tests usually begin; data reaches back five days before it.</summary>
    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public FeedSource Source { get; set; } = new(FeedKind.Live, "stream.binance.com");

    /// <summary>Gets or sets when the data froze; <see langword="null"/> while it flows.</summary>
    public DateTimeOffset? FrozenSince
    {
        get
        {
            lock (_gate)
            {
                return _frozenSince;
            }
        }

        set
        {
            lock (_gate)
            {
                _frozenSince = value;
            }
        }
    }

    /// <summary>Gets or sets whether a gap is open.</summary>
    public bool HasOpenGap { get; set; }

    /// <summary>Gets or sets whether no trade has been seen yet.</summary>
    public bool IsStarting { get; set; }

    /// <summary>Gets or sets what every question is answered with instead of an answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets how many readers watch.</summary>
    public int Watchers
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    private DateTimeOffset DataNow => FrozenSince ?? clock.GetUtcNow();

    /// <inheritdoc/>
    public Task<IReadOnlyList<SymbolOverview>> GetSymbolsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<SymbolOverview>>(() => [.. FakeTape.All.Select(Overview)], cancellationToken);

    /// <inheritdoc/>
    public Task<MarketState?> GetStateAsync(Symbol symbol, CancellationToken cancellationToken) => Answer(() => Find(symbol) is { } tape ? State(tape) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<CandlePage> GetCandlesAsync(CandleQuery query, CancellationToken cancellationToken) => Answer(
        () =>
        {
            var tape = Find(query.Symbol) ?? throw new InvalidOperationException($"{query.Symbol} is not followed");
            var length = query.Interval.LengthMicros;
            var to = query.To is { } end && end < DataNow ? end : DataNow.AddMicroseconds(1);
            var last = Micros.Floor(Micros.From(to) - 1, length);
            var first = query.From is { } from ? Micros.Floor(Micros.From(from) + length - 1, length) : last - ((query.Limit - 1) * length);
            first = Math.Max(first, Micros.Floor(Micros.From(FakeTape.Beginning), length));
            var candles = new List<CandleView>();
            for (var open = first; open <= last && candles.Count <= query.Limit; open += length)
            {
                if (tape.Candle(query.Interval, Micros.ToInstant(open), DataNow) is { } candle)
                {
                    candles.Add(candle);
                }
            }

            DateTimeOffset? next = candles.Count > query.Limit ? candles[query.Limit].OpenTime : null;
            var page = candles.Take(query.Limit).ToList();
            return new CandlePage(page, next, page.Count > 0 ? null : $"data begins at {FakeTape.Beginning:O} and ends at {DataNow:O}");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<TradePage> GetTradesAsync(TradeQuery query, CancellationToken cancellationToken) => Answer(
        () =>
        {
            var tape = Find(query.Symbol) ?? throw new InvalidOperationException($"{query.Symbol} is not followed");
            var end = tape.IdAt(query.To is { } to && to < DataNow ? to : DataNow);
            var begin = Math.Max(tape.IdAt(FakeTape.Beginning), query.FromId ?? (query.From is { } from ? tape.IdAt(from) : end - query.Limit));
            var count = (int)Math.Clamp(end - begin, 0, query.Limit);
            var trades = Enumerable.Range(0, count).Select(i => tape.Trade(begin + i)).ToList();
            return new TradePage(trades, begin + count < end ? begin + count : null, count > 0 ? null : "no trade in that range");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<WhalePage> GetWhalesAsync(WhaleQuery query, CancellationToken cancellationToken) => Answer(
        () =>
        {
            if (query.Before?.Contains('-', StringComparison.Ordinal) == false)
            {
                throw new FormatException("expected the cursor that an earlier page gave");
            }

            var whales = AllWhales()
                .Where(whale => (query.Symbol is null || whale.Symbol == query.Symbol) && !(whale.TradeTime < query.From) && !(whale.TradeTime >= query.To)
                    && !(whale.NotionalUsd < query.MinNotional))
                .SkipWhile(whale => query.Before is not null && WhaleCursor(whale) != query.Before)
                .Skip(query.Before is null ? 0 : 1)
                .Take(query.Limit + 1)
                .ToList();
            var page = whales.Take(query.Limit).ToList();
            return new WhalePage(page, whales.Count > query.Limit ? WhaleCursor(page[^1]) : null);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GapView>> GetGapsAsync(Symbol? symbol, CancellationToken cancellationToken) => Answer<IReadOnlyList<GapView>>(
        () => [.. AllGaps().Where(gap => symbol is null || gap.Symbol == symbol)], cancellationToken);

    /// <inheritdoc/>
    public Task<PipelineHealth> GetHealthAsync(CancellationToken cancellationToken) => Answer(Health, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<MarketEvent> WatchAsync(WatchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<MarketEvent>(new BoundedChannelOptions(EventBuffer) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            _watchers.Add((query, channel));
        }

        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.RemoveAll(watcher => watcher.Channel == channel);
            }
        }
    }

    /// <summary>Sends an event to all who watch; number and symbol are filled in.</summary>
    public void Publish(Symbol symbol, Func<MarketEvent, MarketEvent> fill)
    {
        lock (_gate)
        {
            var item = fill(new MarketEvent { Id = ++_eventId, Symbol = symbol });
            foreach (var (query, channel) in _watchers)
            {
                if ((query.Symbols.Count == 0 || query.Symbols.Contains(symbol)) && (query.Kinds.Count == 0 || query.Kinds.Contains(KindOf(item))))
                {
                    channel.Writer.TryWrite(item);
                }
            }
        }
    }

    /// <summary>Sends what a second brings: every symbol's line, running candles and a trade.</summary>
    public void PublishSecond()
    {
        lock (_gate)
        {
            foreach (var tape in FakeTape.All)
            {
                var symbol = tape.Spec.Symbol;
                Publish(symbol, item => item with { Overview = Overview(tape) });
                if (FrozenSince is not null)
                {
                    continue;
                }

                Publish(symbol, item => item with { Trade = tape.Trade(tape.IdAt(DataNow) - 1) });
                foreach (var interval in CandleInterval.All)
                {
                    var open = Micros.ToInstant(interval.OpenOf(Micros.From(DataNow)));
                    if (tape.Candle(interval, open, DataNow) is { } candle)
                    {
                        Publish(symbol, item => item with { Candle = candle });
                    }
                }
            }
        }
    }

    /// <summary>A whale of now, for tests and for show.</summary>
    public static WhaleView WhaleAt(FakeTape tape, DateTimeOffset at)
    {
        var id = tape.IdAt(at);
        var price = tape.Price(at);
        var usd = (decimal)(180_000 + (1_400_000 * Math.Pow(tape.Noise(id), 4)));
        var quantity = Math.Round(usd / price, tape.Spec.QuantityDecimals);
        return new(
            tape.Spec.Symbol, id, id + 17, at, tape.Noise(id * 11) > 0.5 ? TakerSide.Buy : TakerSide.Sell, quantity, quantity * price,
            Math.Round(quantity * price, 2), price, 3 + (int)(9 * tape.Noise(id * 13)), 0.012 * (tape.Noise(id * 17) - 0.3), 150_000, tape.Noise(id * 19) > 0.9);
    }

    /// <summary>The line of a symbol.</summary>
    public SymbolOverview Overview(FakeTape tape)
    {
        lock (_gate)
        {
            return OverviewAt(tape, DataNow);
        }
    }

    private SymbolOverview OverviewAt(FakeTape tape, DateTimeOffset now)
    {
        var dayAgo = tape.Price(now.AddDays(-1));
        var price = tape.Price(now);
        return new()
        {
            Symbol = tape.Spec.Symbol,
            BaseAsset = tape.Spec.BaseAsset,
            QuoteAsset = tape.Spec.QuoteAsset,
            Status = SymbolStatus.Trading,
            PriceDecimals = tape.Spec.PriceDecimals,
            QuantityDecimals = tape.Spec.QuantityDecimals,
            LastPrice = IsStarting ? null : price,
            LastTradeTime = IsStarting ? null : now,
            LastTradeId = IsStarting ? null : tape.IdAt(now) - 1,
            LastTradeAgeMs = IsStarting ? null : (long)(clock.GetUtcNow() - now).TotalMilliseconds + (40 * tape.Seed),
            IsStale = FrozenSince is not null,
            Change24h = IsStarting ? null : price - dayAgo,
            Change24hPercent = IsStarting ? null : (double)((price / dayAgo) - 1) * 100,
            QuoteVolume24h = IsStarting ? null : 412_000_000m / tape.Seed,
            Volatility1h = IsStarting ? null : 0.31 + (0.11 * tape.Seed),
            BuyShare5m = IsStarting ? null : 0.35 + (0.3 * tape.Noise(now.ToUnixTimeSeconds() / 30)),
            VolumeSpike = IsStarting ? null : -1.2 + (6 * tape.Noise(now.ToUnixTimeSeconds() / 60)),
            MissingIds = HasOpenGap && tape.Seed == 1 ? 182 : 0,
            FiringAlerts = _alerts.Values.Count(alert => alert.Symbol == tape.Spec.Symbol && alert.State == AlertState.Firing),
        };
    }

    private static FakeTape? Find(Symbol symbol) => FakeTape.All.FirstOrDefault(tape => tape.Spec.Symbol == symbol);

    private static string WhaleCursor(WhaleView whale) => $"{whale.Symbol}-{whale.FirstId}";

    private static string KindOf(MarketEvent item) => item switch
    {
        { Trade: not null } => "trade",
        { Candle: not null } => "candle",
        { Overview: not null } => "market",
        { Whale: not null } => "whale",
        { Alert: not null } => "alert",
        { Price: not null } => "price",
        _ => "gap",
    };

    private Task<T> Answer<T>(Func<T> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Failure is { } failure)
        {
            return Task.FromException<T>(failure);
        }

        lock (_gate)
        {
            return Task.FromResult(ask());
        }
    }

    private static IEnumerable<WhaleView> AllWhales() => FakeTape.All
        .SelectMany(tape => Enumerable.Range(0, 60).Select(i => WhaleAt(tape, Noon.AddSeconds(-37 - (i * 173 * tape.Seed)))))
        .OrderByDescending(whale => whale.TradeTime);

    private IEnumerable<GapView> AllGaps()
    {
        var btc = FakeTape.All[0];
        var eth = FakeTape.All[1];
        if (HasOpenGap)
        {
            var opened = Noon.AddSeconds(-45);
            yield return new(
                btc.Spec.Symbol, btc.IdAt(opened), btc.IdAt(opened) + 181, 182, opened, opened.AddSeconds(12), GapState.Open, opened.AddSeconds(12), null, 2,
                "the exchange's REST data does not reach the gap yet; next attempt in 4 s");
        }

        var repaired = Noon.AddMinutes(-49);
        yield return new(
            eth.Spec.Symbol, eth.IdAt(repaired), eth.IdAt(repaired) + 30, 31, repaired, repaired.AddSeconds(2), GapState.Repaired, repaired.AddSeconds(2), repaired.AddSeconds(5), 1, null);
    }

    private PipelineHealth Health()
    {
        var stale = FrozenSince is not null;
        List<string> reasons = [];
        if (stale)
        {
            reasons.Add($"no trades for {(clock.GetUtcNow() - DataNow).TotalSeconds:0} s: the data of BTCUSDT, ETHUSDT, SOLUSDT, ADAUSDT, DOTUSDT is stale");
        }

        if (HasOpenGap)
        {
            reasons.Add("182 trades of BTCUSDT are missing");
        }

        return new()
        {
            Status = IsStarting ? HealthStatus.Starting : reasons.Count > 0 ? HealthStatus.Degraded : HealthStatus.Ok,
            Reasons = reasons,
            Source = Source,
            Feed = IsStarting ? FeedStatus.Starting : new(!stale, stale ? 0 : 1, 1, stale ? 3 : 0, 987_654, 12, 1_900, stale ? "the connection was closed without a close frame" : null),
            Produced = IsStarting ? 0 : 987_642,
            DeadLetters = 3,
            DeadLettersKept = _letters.Count,
            LastTradeAgeMs = IsStarting ? null : (long)(clock.GetUtcNow() - DataNow).TotalMilliseconds + 40,
            StaleSymbols = stale ? [.. FakeTape.All.Select(tape => tape.Spec.Symbol)] : [],
            OpenGaps = HasOpenGap ? 1 : 0,
            MissingIds = HasOpenGap ? 182 : 0,
            TradesPerSecond = stale || IsStarting ? 0 : 75,
            Backlog = 4,
            BacklogLimit = 65_536,
            Latency =
            [
                new("exchange", 4_500, 41.7, 88.1, 142.6, 310.2), new("queue", 4_500, 0.2, 0.9, 2.4, 11.8), new("engine", 4_500, 0.01, 0.04, 0.11, 3.9),
                new("store", 60, 2.1, 4.4, 9.7, 14.2), new("alert", 12, 0.8, 1.9, 2.2, 2.2),
            ],
            Parts = new Dictionary<string, string?> { ["sqlite"] = null, ["slack"] = stale ? "429, next attempt in 20 s" : null },
        };
    }

    private MarketState State(FakeTape tape)
    {
        var overview = Overview(tape);
        Figure Value(double? value) => value is { } number ? Figure.Of(number, 60) : Figure.None(FigureStatus.NoData);
        return new()
        {
            Overview = overview,
            SettledTo = IsStarting ? null : DataNow,
            Figures = new()
            {
                PriceChangePercent = new Dictionary<string, Figure>
                {
                    ["1m"] = Value(0.02),
                    ["5m"] = Value(-0.11),
                    ["1h"] = Value(0.43),
                    ["24h"] = Value(overview.Change24hPercent),
                },
                Volatility = new(
                    Value(0.52), Value(overview.Volatility1h), Value(0.38), Value(0.37), Value(0.36), Figure.None(FigureStatus.NotEnoughHistory, 41), 0),
                Flow =
                [
                    new("1m", 12.5m, 9.25m, Value(0.5747), Value(1.3514)), new("5m", 61m, 70m, Value(overview.BuyShare5m), Value(0.8714)),
                    new("1h", 800m, 0m, Value(1), Figure.None(FigureStatus.Undefined)),
                ],
                Spike = new(Value(overview.VolumeSpike), 412_000, 390_000, 1_440),
                Whale = new(150_000, "USD", 10_000, false),
                QuoteUsdRate = new("USDT", 1, Micros.From(Noon), UsdRate.Assumed),
            },
            Counts = new(987_642, 31, 4, 2, 31, 3),
            OpenCandles = [.. CandleInterval.All
                .Select(interval => tape.Candle(interval, Micros.ToInstant(interval.OpenOf(Micros.From(DataNow))), DataNow))
                .OfType<CandleView>()],
            OpenGaps = [.. AllGaps().Where(gap => gap.State == GapState.Open && gap.Symbol == tape.Spec.Symbol)],
        };
    }
}
