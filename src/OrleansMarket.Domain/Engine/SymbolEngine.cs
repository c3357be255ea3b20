using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>
/// Everything the product concludes about one symbol. Two stages: candles take every new print at once, in any order; analytics and alerts
/// see prints in id order, behind a reorder buffer that waits for repairs. The result therefore does not depend on the order, repetition
/// or repaired loss of what arrives.
/// </summary>
/// <remarks>
/// Not thread-safe: one caller at a time. No clock: wall time comes only as recorded ticks. Nothing is allocated per print in steady state.
/// </remarks>
public sealed partial class SymbolEngine : IWhaleObserver, IAlertObserver
{
    // A print further ahead than this is a break in time, not a quiet stretch to step through second by second.
    private const long LongestStepMicros = 7 * Micros.PerDay;

    private readonly ISymbolObserver _observer;
    private readonly TradeLedger _ledger = new();
    private readonly WaitingPrints _waiting = new();
    private readonly CandleBook _seconds = new(CandleInterval.OneSecond, keepSettled: 10);
    private readonly CandleBook _minutes = new(CandleInterval.OneMinute, keepSettled: 5);
    private readonly CandleBook[] _rollups =
        [.. CandleInterval.All.Where(interval => interval.LengthMicros > Micros.PerMinute).Select(interval => new CandleBook(interval, keepSettled: 2))];

    private readonly MarketAnalytics _analytics;
    private readonly SymbolAlerts _marketAlerts;
    private readonly SymbolAlerts _qualityAlerts;
    private readonly SignalFrame _frame = new();
    private readonly SignalFrame _quality = new();
    private readonly TradeRate _rate = new();
    private readonly Completeness _completeness = new();
    private readonly long _graceMicros;
    private readonly long _patienceMicros;
    private readonly long _retentionMicros;
    private readonly int _maxWaiting;
    private readonly int _maxGaps;

    private EngineCounts _counts;
    private long _tickMicros;
    private long _completeFromMicros = long.MaxValue; // windows that open before are partial: we joined inside them
    private long _nextOrderedId = -1;
    private long _boundaryMicros; // end of the second that the ordered tape is in
    private long _provenMicros; // every trade before is held or known to be missing
    private long _settledClose; // close of the ordered tape, carried into empty minutes
    private long _lastPrice;
    private long _lastPriceId = -1;
    private long _lastTradeMicros;
    private long _amendFromMicros = long.MaxValue; // past firings after it wait to be judged again
    private bool _revisionsWait;
    private bool _wasHeld;
    private bool _unproven;
    private bool _tailIsUnknown;
    private long _interruptedMicros; // names the last interruption in this process
    private bool _restExpected; // the exchange says that the symbol does not trade now
    private long _haltedMicros; // when we heard of the halt that no trade has ended yet; 0 when there is none
    private bool _leavesOut; // what is being settled lies in the halt
    private bool _isNew; // no trade has come from the stream since the process began
    private long _listenedMicros = StartMicros; // ticked time since then

    /// <summary>Builds an engine without state.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Hears candles, whales, gaps and alerts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public SymbolEngine(SymbolSpec spec, EngineOptions options, ISymbolObserver observer)
    {
        options.Validate();
        Spec = spec;
        _observer = observer;
        _graceMicros = Micros.From(options.Grace);
        _patienceMicros = Micros.From(options.RepairPatience);
        _retentionMicros = Micros.From(options.Retention);
        _maxWaiting = options.MaxWaitingPrints;
        _maxGaps = options.MaxGaps;
        _analytics = new MarketAnalytics(spec, options.Analytics, this);
        _marketAlerts = new SymbolAlerts(spec, this);
        _qualityAlerts = new SymbolAlerts(spec, this);
    }

    /// <summary>Gets the symbol and its scale.</summary>
    public SymbolSpec Spec { get; }

    /// <summary>Gets the next expected id; −1 before the first print.</summary>
    public long NextId => _ledger.NextId;

    /// <summary>Gets the price of the newest trade by id, scaled; 0 before the first.</summary>
    public long LastPrice => _lastPrice;

    /// <summary>Gets the id of the newest trade held; −1 before the first.</summary>
    public long LastTradeId => _lastPriceId;

    /// <summary>Gets the trade time of the newest trade held, µs; 0 before the first.</summary>
    public long LastTradeMicros => _lastTradeMicros;

    /// <summary>Gets the event time up to which analytics and alerts have concluded, µs; 0 before the first print.</summary>
    public long SettledToMicros => _boundaryMicros == 0 ? 0 : _boundaryMicros - Micros.PerSecond;

    /// <summary>Gets whether trades after the last one may have been missed: nothing is closed by clock until a later id or the exchange's own last id shows.</summary>
    public bool TailIsUnknown => _tailIsUnknown;

    /// <summary>Gets when trades may have been missed last, by the clock of whoever said so, µs; 0 never since this engine was made. It names the interruption: no two have the same.</summary>
    public long InterruptedMicros => _interruptedMicros;

    /// <summary>Gets how many trade ids are missing.</summary>
    public long MissingIds => _ledger.MissingIds;

    /// <summary>Gets how many gaps analytics wait for.</summary>
    public int OpenGapCount => _ledger.OpenCount;

    /// <summary>Gets how many alerts are firing.</summary>
    public int FiringAlerts => _marketAlerts.FiringCount + _qualityAlerts.FiringCount;

    /// <summary>
    /// Declares, before the first print, the first id wanted and the time from which everything is covered: the start of a dump's day, or of
    /// the running minute whose earlier trades will come as a repair. Windows that open at or after it are not partial.
    /// </summary>
    /// <exception cref="InvalidOperationException">A print was taken already.</exception>
    public void ExpectFrom(long firstId, long timeMicros)
    {
        _ledger.ExpectFrom(firstId, timeMicros);
        _nextOrderedId = firstId;
        Begin(timeMicros, timeMicros);
    }

    /// <summary>Takes the exchange's closed 1-minute klines (cold start), oldest first, before any print. They are not reported.</summary>
    /// <exception cref="InvalidOperationException">A print was taken already.</exception>
    public void Seed(IReadOnlyList<Candle> minutes)
    {
        if (_lastPriceId >= 0)
        {
            throw new InvalidOperationException("expected history before the first print");
        }

        if (minutes.Count == 0)
        {
            return;
        }

        _analytics.Seed(minutes);
        _settledClose = minutes[^1].Close;
        foreach (var rollup in _rollups)
        {
            var running = rollup.Interval.OpenOf(minutes[^1].EndMicros);
            foreach (var minute in minutes)
            {
                if (minute.OpenTimeMicros >= running)
                {
                    rollup.At(minute.OpenTimeMicros).Merge(in minute);
                }
            }

            if (rollup.Find(running) is { } window && minutes[0].OpenTimeMicros > running)
            {
                window.Flags |= CandleFlags.Partial;
            }
        }
    }

    /// <summary>Replaces the alert rules from the next second on.</summary>
    public void SetRules(IReadOnlyList<AlertRule> rules)
    {
        _marketAlerts.SetRules([.. rules.Where(rule => !rule.IsDataQuality)], SettledToMicros);
        _qualityAlerts.SetRules([.. rules.Where(rule => rule.IsDataQuality)], _tickMicros);
    }

    /// <summary>Resolves an alert by hand; answers whether it was active.</summary>
    public bool ResolveAlert(AlertKey key) => _marketAlerts.Resolve(key, SettledToMicros) || _qualityAlerts.Resolve(key, _tickMicros);

    /// <summary>Takes a USD rate of the quote asset; applied from the next minute.</summary>
    public void OnRate(UsdRate rate) => _analytics.OnRate(rate);

    /// <summary>Takes what is usual in each hour of the week; answers whether it is news.</summary>
    public bool SetSeason(HourOfWeekBaseline season) => _analytics.SetSeason(season);

    /// <summary>Takes a print, live or from a repair.</summary>
    public ApplyResult Apply(in Print print)
    {
        var isFirst = _ledger.NextId < 0;
        var verdict = _ledger.Judge(in print, _tickMicros, out var gap);
        if (isFirst && verdict == LedgerVerdict.Next)
        {
            _nextOrderedId = print.FirstId;
            Begin(print.TradeTimeMicros, print.FirstId == 0 ? print.TradeTimeMicros : print.TradeTimeMicros + 1);
        }

        switch (verdict)
        {
            case LedgerVerdict.TooFarAhead:
                _counts.Refused += print.TradeCount;
                return ApplyResult.TooFarAhead;
            case LedgerVerdict.Duplicate when print.TradeTimeMicros < _tickMicros - _retentionMicros:
                // Nobody knows any more whether it was held, or lost in a gap that expired.
                _counts.Refused += print.TradeCount;
                return ApplyResult.TooLate;
            case LedgerVerdict.Duplicate:
                _counts.Duplicates += print.TradeCount;
                return ApplyResult.Duplicate;
            case LedgerVerdict.Straddles:
                return ApplyResult.Straddles;
            case LedgerVerdict.FillsGap:
                _counts.RepairedIds += print.TradeCount;
                _revisionsWait = true;
                break;
            case LedgerVerdict.Next:
                _tailIsUnknown = _isNew = false;
                break;
            case LedgerVerdict.OpensGap:
                _tailIsUnknown = _isNew = false;
                _counts.Gaps++;
                _observer.OnGap(gap!.Value);
                break;
        }

        var result = Count(in print, verdict);
        Order(in print);
        BoundGaps();
        if (verdict == LedgerVerdict.FillsGap && gap is { } repaired)
        {
            FlushRevisions();
            _observer.OnGap(in repaired);
        }

        return result;
    }

    /// <inheritdoc/>
    void IWhaleObserver.OnWhale(in Sweep sweep) => _observer.OnWhale(in sweep);

    /// <inheritdoc/>
    void IAlertObserver.OnAlert(AlertTransition transition) => _observer.OnAlert(transition);

    private void Begin(long timeMicros, long completeFromMicros)
    {
        _completeFromMicros = completeFromMicros;
        _boundaryMicros = CandleInterval.OneSecond.OpenOf(timeMicros) + Micros.PerSecond;
        _provenMicros = timeMicros;
    }

    /// <summary>Stage one: the candles, at once.</summary>
    private ApplyResult Count(in Print print, LedgerVerdict verdict)
    {
        if (print.LastId > _lastPriceId)
        {
            _lastPriceId = print.LastId;
            _lastPrice = print.Price;
            _lastTradeMicros = print.TradeTimeMicros;
        }

        if (print.TradeTimeMicros < _boundaryMicros - Micros.PerSecond)
        {
            return CountLate(in print, verdict);
        }

        _counts.Trades += print.TradeCount;
        _seconds.At(print.TradeTimeMicros).Add(in print);
        var minute = _minutes.At(print.TradeTimeMicros);
        minute.Add(in print);
        minute.Dirty = minute.Announced;
        return ApplyResult.Accepted;
    }

    /// <summary>The print's second was settled already: its windows are revised, unless they are closed for good.</summary>
    private ApplyResult CountLate(in Print print, LedgerVerdict verdict)
    {
        var minuteOpen = CandleInterval.OneMinute.OpenOf(print.TradeTimeMicros);
        var isOver = minuteOpen + Micros.PerMinute < _boundaryMicros; // the first trade of a running minute may come after its second was settled
        if (verdict != LedgerVerdict.FillsGap && isOver && _minutes.Find(minuteOpen) is null)
        {
            _counts.Refused += print.TradeCount;
            return ApplyResult.TooLate;
        }

        _counts.Trades += print.TradeCount;
        _counts.Late += print.TradeCount;
        AddRevising(_seconds, in print);
        AddRevising(_minutes, in print);
        if (isOver)
        {
            foreach (var rollup in _rollups)
            {
                AddRevising(rollup, in print);
            }
        }

        _revisionsWait = true;
        return ApplyResult.Accepted;
    }

    private void AddRevising(CandleBook book, in Print print)
    {
        var window = book.At(print.TradeTimeMicros);
        window.Add(in print);
        if (window.OpenMicros + book.Interval.LengthMicros < _boundaryMicros)
        {
            window.Settled = true;
            window.Dirty = true;
        }
    }
}
