using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// All market analytics of one symbol. Fed in id order behind the reorder buffer, so every permutation, duplication or repaired loss of
/// the same trades gives the same figures, bit for bit. Formulas, units and sources: docs/analytics.md.
/// </summary>
/// <remarks>
/// Order of calls at a boundary: the prints before it, then <see cref="OnMinute"/> when it ends a minute, then <see cref="OnSecond"/>.
/// Nothing is allocated per print or per second once the histories are full. Not safe for use by several threads at once.
/// </remarks>
public sealed partial class MarketAnalytics
{
    private readonly SymbolSpec _spec;
    private readonly AnalyticsOptions _options;
    private readonly IWhaleObserver _whales;
    private readonly double _quoteUnit;
    private readonly double _whaleFloor;
    private readonly MinuteHistory _minutes;
    private readonly SecondHistory _seconds = new();
    private readonly SweepQuantile _sweeps;
    private readonly QuoteRate _rate;
    private readonly HistoryJournal _journal = new();
    private HourOfWeekBaseline? _season;
    private SweepRepair? _repair;
    private SweepJoiner _sweep;
    private bool _lastSweepReported;
    private MinuteFigures _figures;
    private bool _figuresAreStale = true;
    private long _boundary;
    private long _price;
    private Int128 _secondBuy;
    private Int128 _secondSell;
    private long _secondTrades;
    private bool _holeOpen = true;
    private bool _printSinceHole;
    private ToldWhale _whale;

    /// <summary>Starts with nothing known.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="options">Thresholds and lengths.</param>
    /// <param name="whales">Hears of whales.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public MarketAnalytics(SymbolSpec spec, AnalyticsOptions options, IWhaleObserver whales)
    {
        AnalyticsOptionsValidator.ThrowIfInvalid(options);
        (_spec, _options, _whales) = (spec, options, whales);
        _quoteUnit = ScaledNumber.PowerOfTen(spec.QuoteDecimals);
        _whaleFloor = options.WhaleFloorOf(spec.Symbol);
        _minutes = new MinuteHistory(spec);
        _sweeps = new SweepQuantile(options.WhaleQuantile, options.WhaleHistory);
        _rate = new QuoteRate(spec.QuoteAsset);
    }

    /// <summary>Gets the quote volume of the last 1,440 minutes, quote units; of fewer where fewer are known.</summary>
    public double QuoteVolume24h
    {
        get
        {
            Refresh();
            return _figures.QuoteVolume24h;
        }
    }

    /// <summary>Gets the last price before the last minute boundary less 24 h, scaled; 0 when it is not known.</summary>
    public long Price24hAgo => _minutes.CloseBefore(MinuteStart - Micros.PerDay);

    private long MinuteStart => Micros.Floor(_boundary, Micros.PerMinute);

    private double Threshold =>
        _sweeps.Count >= _options.WhaleMinSweeps ? Math.Max(_whaleFloor, _sweeps.Value() * RateOrOne) : _whaleFloor;

    private double RateOrOne => double.IsNaN(_rate.Value) ? 1 : _rate.Value;

    /// <summary>Takes the exchange's closed 1-minute klines of the last 24 h (cold start), oldest first, before any print.</summary>
    /// <exception cref="ArgumentException">A candle is not of one minute.</exception>
    public void Seed(IReadOnlyList<Candle> minutes)
    {
        for (var i = 0; i < minutes.Count; i++)
        {
            var minute = minutes[i];
            OnMinute(in minute);
        }

        if (_price == 0 && minutes.Count > 0)
        {
            _price = minutes[^1].Close;
        }
    }

    /// <summary>
    /// Takes the baseline by which volume spikes are judged when <see cref="AnalyticsOptions.SeasonalBaseline"/> is set. Replaces the one before;
    /// answers whether it is another.
    /// </summary>
    public bool SetSeason(HourOfWeekBaseline season)
    {
        if (_season is not null && _season.Hours.SequenceEqual(season.Hours))
        {
            return false;
        }

        _season = season;
        _journal.Lose();
        _figuresAreStale = true;
        return true;
    }

    /// <summary>Takes the next print in id order.</summary>
    public void OnPrint(in Print print)
    {
        if (print.Taker == TakerSide.Buy)
        {
            _secondBuy += print.Quantity;
        }
        else
        {
            _secondSell += print.Quantity;
        }

        _price = print.Price;
        _secondTrades += print.TradeCount;
        if (!_sweep.TryExtend(in print))
        {
            StartSweep(in print);
        }
    }

    /// <summary>
    /// The ids between the last print and the next were given up, or trading was interrupted there (an empty range): no sweep and no
    /// return may span it.
    /// </summary>
    public void OnHole(IdRange missing) => Break(missing);

    /// <summary>
    /// Takes a print of ids that had been given up. When nothing between two sweeps is missing any more they are joined anew, and whales
    /// among them are reported, <see cref="Sweep.Revised"/> where a part of them had been; their ids cover those of what they replace. The
    /// figures of the minute follow by <see cref="OnMinuteRevised"/>.
    /// </summary>
    public void OnLatePrint(in Print print)
    {
        if (_repair is { } repair)
        {
            _journal.Edges();
            Report(repair.AddLate(in print));
        }
    }

    /// <summary>The last price turned out to be another: its trade had been given up. It holds until the next print.</summary>
    public void OnNewestPrice(long price) => _price = price;

    /// <summary>
    /// Takes the next settled 1-minute candle, carried ones included, in time order. Minutes left out, and those without a price, are taken for a halt. A minute
    /// that is already held is revised.
    /// </summary>
    /// <exception cref="ArgumentException">The candle is not of one minute.</exception>
    public void OnMinute(in Candle minute)
    {
        if (minute.Interval != CandleInterval.OneMinute)
        {
            throw new ArgumentException($"expected a candle of 1m, found {minute.Interval}", nameof(minute));
        }

        _minutes.Put(in minute);
        _journal.Minute(in minute);
        _figuresAreStale = true;
    }

    /// <summary>Takes a changed candle of a minute that <see cref="OnMinute"/> had already given. One older than the history changes nothing.</summary>
    /// <exception cref="ArgumentException">The candle is not of one minute.</exception>
    public void OnMinuteRevised(in Candle minute) => OnMinute(in minute);

    /// <summary>
    /// Ends a second: every print before the boundary has been given. Fills the time, the price and the market signals of the frame and
    /// leaves the others alone.
    /// </summary>
    /// <param name="boundaryMicros">The end of the second, µs; a whole second, later than the one before.</param>
    /// <param name="frame">Is filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">The boundary is not a whole second or not later than the last.</exception>
    public void OnSecond(long boundaryMicros, SignalFrame frame)
    {
        if (boundaryMicros % Micros.PerSecond != 0 || boundaryMicros <= _boundary)
        {
            throw new ArgumentOutOfRangeException(nameof(boundaryMicros), boundaryMicros, $"expected a whole second after {_boundary}");
        }

        if (_sweep.IsOpen && _sweep.TimeMicros < boundaryMicros)
        {
            EndSweep();
        }

        EndSecond(boundaryMicros);
        _rate.Advance(boundaryMicros);
        Refresh();
        Fill(frame, in _whale);
        (_toldWhale, _whale) = (_whale, default);
    }

    /// <summary>Takes a USD rate of the quote asset; applied from the next minute. Rates of other assets are ignored.</summary>
    public void OnRate(UsdRate rate) => _rate.Take(rate, _boundary);

    private void StartSweep(in Print print)
    {
        if (_sweep.IsOpen)
        {
            EndSweep();
        }

        if (!_sweep.IsContiguous(in print))
        {
            Break(new IdRange(_sweep.NextId, print.FirstId - 1));
        }

        _printSinceHole = true;
        _sweep.Start(in print);
    }

    private void Break(IdRange missing)
    {
        if (_sweep.IsOpen)
        {
            EndSweep(endsForGood: missing.Count == 0);
        }

        if (missing.Count > 0)
        {
            _repair ??= new SweepRepair();
            _journal.Edges();
            _repair.Open(missing.Last, _sweep.NextId == missing.First ? Counted(_sweep.Describe(), _lastSweepReported) : null);
        }

        _sweep.Break();
        _holeOpen = true;
        _printSinceHole = false;
    }

    private void EndSweep(bool endsForGood = true)
    {
        var sweep = _sweep.Close();
        _lastSweepReported = Judge(in sweep, mustReport: false, isLate: false);
        Count((float)Notional(in sweep));
        if (_repair is not null && _repair.AwaitedId == sweep.FirstId)
        {
            _journal.Edges();
            Report(_repair.AddBehind(Counted(sweep, _lastSweepReported), endsForGood));
        }
    }

    /// <summary>Reports a sweep that reaches the threshold, or must be reported all the same; answers whether it was.</summary>
    private bool Judge(in Sweep sweep, bool mustReport, bool isLate)
    {
        var threshold = Threshold;
        var notional = Notional(in sweep);
        if (!mustReport && notional * RateOrOne < threshold)
        {
            return false;
        }

        var usd = notional * _rate.Value;
        if (isLate)
        {
            ReviseWhale(in sweep, usd);
        }
        else if (usd > _whale.Usd)
        {
            _whale = new ToldWhale(usd, TradesOf(in sweep));
        }

        _whales.OnWhale(sweep with { NotionalUsd = usd, Threshold = threshold, Revised = mustReport });
        return true;
    }

    /// <summary>Reports what became of sweeps around a hole, and lets them count instead of their parts.</summary>
    private void Report(List<RepairPiece>? repaired)
    {
        if (repaired is null)
        {
            return;
        }

        foreach (var piece in repaired)
        {
            var sweep = piece.Sweep;
            if (piece.Changed)
            {
                piece.Counted.ForEach(Discount);
            }

            var isReported = Judge(in sweep, mustReport: piece.Reported, isLate: true);
            if (piece.Changed)
            {
                Count((float)Notional(in sweep));
            }

            if (!_sweep.IsOpen && sweep.LastId + 1 == _sweep.NextId)
            {
                // The next hole may follow right behind: it must find the sweep as it is now.
                _sweep.Amend(in sweep);
                _lastSweepReported = isReported;
            }
        }
    }

    private void Count(float notional)
    {
        _sweeps.Add(notional);
        _journal.Sweep(notional);
    }

    private void Discount(float notional)
    {
        _sweeps.Remove(notional);
        _journal.SweepRemoved(notional);
    }

    private static int TradesOf(in Sweep sweep) => (int)Math.Min(int.MaxValue, sweep.TradeCount);

    private double Notional(in Sweep sweep) => (double)sweep.QuoteAmount / _quoteUnit;

    private RepairPiece Counted(in Sweep sweep, bool reported) => new(sweep) { Counted = [(float)Notional(in sweep)], Reported = reported };

    private void EndSecond(long boundaryMicros)
    {
        var skipped = _boundary == 0 ? 0 : ((boundaryMicros - _boundary) / Micros.PerSecond) - 1;
        for (var i = Math.Min(skipped, SecondHistory.Capacity); i > 0; i--)
        {
            // Time that nobody vouched for: the price of before still stands, but no return does.
            _seconds.Append(_seconds.CloseAgo(0), 0, 0, 0, hasReturn: false);
        }

        _seconds.Append(_price, _secondBuy, _secondSell, (int)Math.Min(int.MaxValue, _secondTrades), !_holeOpen && skipped == 0);
        _holeOpen &= !_printSinceHole;
        (_secondBuy, _secondSell, _secondTrades, _boundary) = (0, 0, 0, boundaryMicros);
    }
}
