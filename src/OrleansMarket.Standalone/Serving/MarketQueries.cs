using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Answers what page and API ask, from the engines and the stores.</summary>
internal sealed class MarketQueries(
    EngineRouter router, ITradeFeed feed, ICandleStore candles, IWhaleStore whales, IGapStore gaps, ITradeLog log, MarketEvents events,
    HealthJudge health, PipelineStats stats, TimeProvider clock) : IMarket
{
    private const int MostGaps = 1_000;

    /// <summary>Gets now on the exchange's clock as far as its offset is known, µs; for a recording, where it has got to.</summary>
    public long ExchangeNowMicros => feed.Source.Kind == FeedKind.Replay
        ? stats.NewestTradeMicros
        : Micros.From(clock.GetUtcNow()) + (feed.Status.ClockOffsetMicros ?? 0);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SymbolOverview>> GetSymbolsAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(router.Lanes.Select(lane => DescribeAsync(lane, cancellationToken)));

    /// <inheritdoc/>
    public async Task<MarketState?> GetStateAsync(Symbol symbol, CancellationToken cancellationToken)
    {
        if (router.Find(symbol) is not { } lane)
        {
            return null;
        }

        var now = ExchangeNowMicros;
        return await lane.AskAsync(
            session => new MarketState
            {
                Overview = Describe(lane, session, session.Engine.Figures, now),
                SettledTo = session.Engine.SettledToMicros == 0 ? null : Micros.ToInstant(session.Engine.SettledToMicros),
                Figures = session.Engine.Figures,
                Counts = session.Engine.Counts,
                OpenCandles = [.. CandleInterval.All.SelectMany(session.Engine.LiveCandles).Select(candle => CandleView.From(lane.Spec, in candle))],
                OpenGaps = session.OpenGaps(),
                Mismatches = session.Mismatches,
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<CandlePage> GetCandlesAsync(CandleQuery query, CancellationToken cancellationToken)
    {
        var lane = Lane(query.Symbol);
        var interval = query.Interval;
        var to = query.To is { } end ? Micros.From(end) : ExchangeNowMicros + 1;
        var from = query.From is { } start ? Micros.From(start) : 0;
        var unstored = await lane.AskAsync(session => session.UnstoredCandles(interval), cancellationToken);

        // One more than asked for tells whether there is another page.
        var stored = query.From is null
            ? await candles.ReadNewestAsync(lane.Spec, interval, to, query.Limit, cancellationToken)
            : await candles.ReadAsync(lane.Spec, interval, from, to, query.Limit + 1, cancellationToken);
        var merged = new SortedDictionary<long, Candle>();
        foreach (var candle in stored.Concat(unstored.Where(candle => candle.OpenTimeMicros >= from && candle.OpenTimeMicros < to)))
        {
            merged[candle.OpenTimeMicros] = candle;
        }

        var filled = CandleFiller.Fill(merged.Values, query.Fill);
        var page = query.From is null ? filled.TakeLast(query.Limit).ToList() : filled.Take(query.Limit).ToList();
        var next = query.From is not null && filled.Count > query.Limit ? Micros.ToInstant(filled[query.Limit].OpenTimeMicros) : (DateTimeOffset?)null;
        return new CandlePage(
            [.. page.Select(candle => CandleView.From(lane.Spec, in candle))], next,
            page.Count > 0 ? null : await WhyEmptyAsync(lane, from, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<TradePage> GetTradesAsync(TradeQuery query, CancellationToken cancellationToken)
    {
        var lane = Lane(query.Symbol);
        await log.FlushAsync(cancellationToken);
        IReadOnlyList<ReceivedPrint> prints;
        if (query.FromId is null && (query.From is not null || query.To is not null))
        {
            var to = query.To is { } end ? Micros.From(end) : long.MaxValue;
            prints = await log.ReadByTimeAsync(lane.Spec, query.From is { } start ? Micros.From(start) : 0, to, query.Limit + 1, cancellationToken);
        }
        else
        {
            var newest = await lane.AskAsync(session => session.Engine.LastTradeId, cancellationToken);
            var first = query.FromId ?? Math.Max(0, newest - query.Limit + 1);
            prints = await log.ReadByIdAsync(lane.Spec, new IdRange(first, long.MaxValue), query.Limit + 1, cancellationToken);
        }

        var page = prints.Take(query.Limit).Select(print => TradeView.From(lane.Spec, in print)).ToList();
        var next = prints.Count > query.Limit ? prints[query.Limit].Print.FirstId : (long?)null;
        return new TradePage(page, next, page.Count > 0 ? null : "no raw trades are kept for this range: the raw log holds the last 24 hours by default");
    }

    /// <inheritdoc/>
    public Task<WhalePage> GetWhalesAsync(WhaleQuery query, CancellationToken cancellationToken) => whales.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GapView>> GetGapsAsync(Symbol? symbol, CancellationToken cancellationToken)
    {
        var lanes = symbol is { } one ? [Lane(one)] : router.Lanes;
        var open = await Task.WhenAll(lanes.Select(lane => lane.AskAsync(session => session.OpenGaps(), cancellationToken)));
        var closed = await gaps.ReadAsync(symbol, MostGaps, cancellationToken);
        return
        [
            .. open.SelectMany(views => views)
                .Concat(closed.Where(gap => gap.State is GapState.Repaired or GapState.Expired))
                .OrderByDescending(gap => gap.Opened).ThenByDescending(gap => gap.FirstId).Take(MostGaps),
        ];
    }

    /// <inheritdoc/>
    public async Task<PipelineHealth> GetHealthAsync(CancellationToken cancellationToken) =>
        await health.JudgeAsync(await GetSymbolsAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<MarketEvent> WatchAsync(WatchQuery query, CancellationToken cancellationToken) => events.ReadAsync(query, cancellationToken);

    /// <summary>The symbol's line.</summary>
    public Task<SymbolOverview> DescribeAsync(Lane lane, CancellationToken cancellationToken)
    {
        var now = ExchangeNowMicros;
        return lane.AskAsync(session => Describe(lane, session, session.Engine.Figures, now), cancellationToken);
    }

    private static SymbolOverview Describe(Lane lane, SymbolSession session, MarketFigures figures, long nowMicros)
    {
        var engine = session.Engine;
        var spec = lane.Spec;
        var traded = engine.LastTradeId >= 0;
        var age = Math.Max(0, nowMicros - engine.LastTradeMicros);
        return new SymbolOverview
        {
            Symbol = spec.Symbol,
            BaseAsset = spec.BaseAsset,
            QuoteAsset = spec.QuoteAsset,
            Status = lane.Status,
            PriceDecimals = spec.PriceDecimals,
            QuantityDecimals = spec.QuantityDecimals,
            LastPrice = traded ? spec.Price(engine.LastPrice) : null,
            LastTradeTime = traded ? Micros.ToInstant(engine.LastTradeMicros) : null,
            LastTradeId = traded ? engine.LastTradeId : null,
            LastTradeAgeMs = traded ? age / Micros.PerMillisecond : null,
            IsStale = traded && lane.Status is SymbolStatus.Trading or SymbolStatus.Unknown && age / (double)Micros.PerSecond > engine.ExplainedSilenceSeconds,
            Change24hPercent = figures.PriceChangePercent.TryGetValue("24h", out var day) ? day.ValueOrNull : null,
            Change24h = traded && engine.Price24hAgo > 0 ? spec.Price(engine.LastPrice) - spec.Price(engine.Price24hAgo) : null,
            QuoteVolume24h = traded ? Math.Round((decimal)engine.QuoteVolume24h, spec.QuoteDecimals) : null,
            Volatility1h = figures.Volatility.Realised1h.ValueOrNull,
            BuyShare5m = figures.Flow.FirstOrDefault(flow => flow.Window == "5m")?.BuyShare.ValueOrNull,
            VolumeSpike = figures.Spike.ZScore.ValueOrNull,
            MissingIds = engine.MissingIds,
            MismatchedMinutes = session.Mismatches.Count,
            FiringAlerts = engine.FiringAlerts,
        };
    }

    private static async Task<string> WhyEmptyAsync(Lane lane, long from, CancellationToken cancellationToken)
    {
        var (last, started) = await lane.AskAsync(session => (session.Engine.LastTradeMicros, session.Engine.LastTradeId >= 0), cancellationToken);
        if (!started)
        {
            return "no trade of this symbol was received yet; candles appear within seconds of the first";
        }

        return from > last
            ? $"the range begins after the last trade, {Micros.ToInstant(last):O}"
            : "no candle is stored for this range: it lies before the first start, or beyond the retention of this interval";
    }

    private Lane Lane(Symbol symbol) => router.Find(symbol) ?? throw new ArgumentException($"expected a followed symbol, found {symbol}", nameof(symbol));
}
