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

        // One more than asked for tells whether there is another page.
        var stored = query.From is null
            ? await candles.ReadNewestAsync(spec, interval, to, query.Limit, cancellationToken)
            : await candles.ReadAsync(spec, interval, from, to, query.Limit + 1, cancellationToken);
        var merged = new SortedDictionary<long, Candle>();
        foreach (var candle in stored.Concat(unstored.Where(candle => candle.OpenTimeMicros >= from && candle.OpenTimeMicros < to)))
        {
            merged[candle.OpenTimeMicros] = candle;
        }

        var filled = CandleFiller.Fill(merged.Values, query.Fill, await MinutesAsync(spec, query, merged.Keys, cancellationToken));
        var page = query.From is null ? filled.TakeLast(query.Limit).ToList() : filled.Take(query.Limit).ToList();
        var next = query.From is not null && filled.Count > query.Limit ? Micros.ToInstant(filled[query.Limit].OpenTimeMicros) : (DateTimeOffset?)null;
        return new CandlePage(
            [.. page.Select(candle => CandleView.From(spec, in candle))], next,
            page.Count > 0 ? null : await WhyEmptyAsync(spec, from, cancellationToken));
    }

    /// <summary>The 1-minute candles, stored or running, around seconds that are to be filled.</summary>
    private async Task<HashSet<long>> MinutesAsync(SymbolSpec spec, CandleQuery query, SortedDictionary<long, Candle>.KeyCollection opens, CancellationToken cancellationToken)
    {
        if (query.Interval != CandleInterval.OneSecond || query.Fill == CandleFill.None || opens.Count == 0)
        {
            return [];
        }

        var (from, to) = (CandleInterval.OneMinute.OpenOf(opens.First()), opens.Last() + 1);
        var unstored = await engines.GetUnstoredCandlesAsync(spec.Symbol, CandleInterval.OneMinute, cancellationToken);
        var stored = await candles.ReadAsync(spec, CandleInterval.OneMinute, from, to, (int)Math.Min(query.Limit * 60L, ((to - from) / Micros.PerMinute) + 1), cancellationToken);
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
