using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>Answers what page and API ask, from the engines and the stores.</summary>
public sealed class MarketQueries(
    IEngines engines, IPipeline pipeline, ICandleStore candles, IWhaleStore whales, IGapStore gaps, IDeadLetterStore letters, ITradeLog log,
    MarketEvents events, TimeProvider clock) : IMarket
{
    private const int MostGaps = 1_000;

    // Probes wait two seconds.
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(1);

    private long _letters;

    /// <inheritdoc/>
    public FeedSource Source => pipeline.Source;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SymbolOverview>> GetSymbolsAsync(CancellationToken cancellationToken) =>
        [.. (await ReportAllAsync(cancellationToken)).Select(report => report.Overview)];

    /// <inheritdoc/>
    public async Task<MarketState?> GetStateAsync(Symbol symbol, CancellationToken cancellationToken) =>
        Find(symbol) is null ? null : await engines.DescribeAsync(symbol, pipeline.ExchangeNowMicros, cancellationToken);

    /// <inheritdoc/>
    public async Task<CandlePage> GetCandlesAsync(CandleQuery query, CancellationToken cancellationToken)
    {
        var spec = Spec(query.Symbol);
        var interval = query.Interval;
        var to = query.To is { } end ? Micros.From(end) : pipeline.ExchangeNowMicros + 1;
        var from = query.From is { } start ? Micros.From(start) : 0;
        var unstored = await engines.GetUnstoredCandlesAsync(spec.Symbol, interval, cancellationToken);

        // One more than asked for tells whether there is another page; what is not stored yet and lies behind that page comes with a later one.
        var stored = query.From is null
            ? await candles.ReadNewestAsync(spec, interval, to, query.Limit, cancellationToken)
            : await candles.ReadAsync(spec, interval, from, to, query.Limit + 1, cancellationToken);
        var isMore = stored.Count > query.Limit;
        var readTo = isMore ? stored[^1].EndMicros : to;
        var merged = new SortedDictionary<long, Candle>();
        if (query is { Fill: CandleFill.Previous, From: not null } && interval == CandleInterval.OneSecond)
        {
            // The close that is carried into the first windows may be of the page before.
            Merge((await candles.ReadNewestAsync(spec, interval, from, 1, cancellationToken)).Concat(unstored.Where(candle => candle.OpenTimeMicros < from).TakeLast(1)));
        }

        Merge(stored.Concat(unstored.Where(candle => candle.OpenTimeMicros >= from && candle.OpenTimeMicros < readTo)));
        var minutes = await MinutesAsync(spec, query, from, merged.Keys, cancellationToken);
        if (query.From is null)
        {
            var newest = CandleFiller.Fill([.. merged.Values], query.Fill, minutes, newestFirst: true).Take(query.Limit).Reverse().ToList();
            return await PageAsync(spec, newest, next: null, from, cancellationToken);
        }

        var filled = CandleFiller.Fill([.. merged.Values], query.Fill, minutes).Where(candle => candle.OpenTimeMicros >= from).Take(query.Limit + 1).ToList();
        long? next = filled.Count > query.Limit ? filled[query.Limit].OpenTimeMicros : isMore && readTo < to ? readTo : null;
        return await PageAsync(spec, filled[..Math.Min(query.Limit, filled.Count)], next, from, cancellationToken);

        void Merge(IEnumerable<Candle> some)
        {
            foreach (var candle in some)
            {
                merged[candle.OpenTimeMicros] = candle;
            }
        }
    }

    private async Task<CandlePage> PageAsync(SymbolSpec spec, List<Candle> page, long? next, long from, CancellationToken cancellationToken) => new(
        [.. page.Select(candle => CandleView.From(spec, in candle))], next is { } micros ? Micros.ToInstant(micros) : null,
        page.Count > 0 ? null : next is null ? await WhyEmptyAsync(spec, from, cancellationToken) : "nothing was traded in this part of the range; page on with nextFrom");

    /// <summary>The 1-minute candles, stored or running, around seconds that are to be filled.</summary>
    private async Task<HashSet<long>> MinutesAsync(SymbolSpec spec, CandleQuery query, long from, SortedDictionary<long, Candle>.KeyCollection opens, CancellationToken cancellationToken)
    {
        if (query.Interval != CandleInterval.OneSecond || query.Fill == CandleFill.None || opens.Count == 0 || opens.Last() < from)
        {
            return [];
        }

        var (first, end) = (CandleInterval.OneMinute.OpenOf(Math.Max(from, opens.First())), opens.Last() + 1);
        var most = (int)Math.Min(query.Limit * 60L, ((end - first) / Micros.PerMinute) + 1);
        var unstored = await engines.GetUnstoredCandlesAsync(spec.Symbol, CandleInterval.OneMinute, cancellationToken);
        var stored = query.From is null
            ? await candles.ReadNewestAsync(spec, CandleInterval.OneMinute, end, most, cancellationToken)
            : await candles.ReadAsync(spec, CandleInterval.OneMinute, first, end, most, cancellationToken);
        return [.. stored.Concat(unstored).Select(minute => minute.OpenTimeMicros)];
    }

    /// <inheritdoc/>
    public async Task<TradePage> GetTradesAsync(TradeQuery query, CancellationToken cancellationToken)
    {
        var spec = Spec(query.Symbol);
        await log.FlushAsync(cancellationToken);
        IReadOnlyList<ReceivedPrint> prints;
        if (query.FromId is null && (query.From is not null || query.To is not null))
        {
            var to = query.To is { } end ? Micros.From(end) : long.MaxValue;
            prints = await log.ReadByTimeAsync(spec, query.From is { } start ? Micros.From(start) : 0, to, query.Limit + 1, cancellationToken);
        }
        else
        {
            var newest = (await ReportAsync(spec, cancellationToken)).Overview.LastTradeId ?? -1;
            var first = query.FromId ?? Math.Max(0, newest - query.Limit + 1);
            prints = await log.ReadByIdAsync(spec, new IdRange(first, long.MaxValue), query.Limit + 1, cancellationToken);
        }

        var page = prints.Take(query.Limit).Select(print => TradeView.From(spec, in print)).ToList();
        var next = prints.Count > query.Limit ? prints[query.Limit].Print.FirstId : (long?)null;
        return new TradePage(page, next, page.Count > 0 ? null : "no raw trades are kept for this range: the raw log holds the last 24 hours by default");
    }

    /// <inheritdoc/>
    public Task<WhalePage> GetWhalesAsync(WhaleQuery query, CancellationToken cancellationToken) => whales.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GapView>> GetGapsAsync(Symbol? symbol, CancellationToken cancellationToken)
    {
        IReadOnlyList<EngineReport> reports = symbol is { } one ? [await ReportAsync(Spec(one), cancellationToken)] : await ReportAllAsync(cancellationToken);
        var closed = await gaps.ReadAsync(symbol, MostGaps, cancellationToken);
        return
        [
            .. reports.SelectMany(report => report.OpenGaps)
                .Concat(closed.Where(gap => gap.State is GapState.Repaired or GapState.Expired))
                .OrderByDescending(gap => gap.Opened).ThenByDescending(gap => gap.FirstId).Take(MostGaps),
        ];
    }

    /// <inheritdoc/>
    public async Task<PipelineHealth> GetHealthAsync(CancellationToken cancellationToken)
    {
        var (reports, count, state) = (ReportAllAsync(cancellationToken), CountLettersAsync(cancellationToken), pipeline.Describe());
        var (letters, trouble) = await count;
        if (trouble is not null)
        {
            state = state with { Parts = new Dictionary<string, string?>(state.Parts) { ["dead letters"] = trouble } };
        }

        return HealthJudge.Judge(pipeline.Source, await reports, state, letters, clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<MarketEvent> WatchAsync(WatchQuery query, CancellationToken cancellationToken) => events.ReadAsync(query, cancellationToken);

    /// <summary>How many dead letters there are. A store that is away makes health worse, and must not take it along.</summary>
    private async Task<(long Count, string? Trouble)> CountLettersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _letters = (await letters.CountAsync(cancellationToken).WaitAsync(StorePatience, clock, cancellationToken)).Values.Sum();
            return (_letters, null);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (_letters, "cannot be counted: their store does not answer");
        }
    }

    private async Task<IReadOnlyList<EngineReport>> ReportAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(engines.Symbols.Select(spec => ReportAsync(spec, cancellationToken)));

    private Task<EngineReport> ReportAsync(SymbolSpec spec, CancellationToken cancellationToken) =>
        engines.ReportAsync(spec.Symbol, pipeline.ExchangeNowMicros, cancellationToken);

    private async Task<string> WhyEmptyAsync(SymbolSpec spec, long from, CancellationToken cancellationToken)
    {
        if ((await ReportAsync(spec, cancellationToken)).Overview.LastTradeTime is not { } last)
        {
            return "no trade of this symbol was received yet; candles appear within seconds of the first";
        }

        return from > Micros.From(last)
            ? $"the range begins after the last trade, {last:O}"
            : "no candle is stored for this range: it lies before the first start, or beyond the retention of this interval";
    }

    private SymbolSpec? Find(Symbol symbol) => engines.Symbols.FirstOrDefault(spec => spec.Symbol == symbol);

    private SymbolSpec Spec(Symbol symbol) => Find(symbol) ?? throw new ArgumentException($"expected a followed symbol, found {symbol}", nameof(symbol));
}
