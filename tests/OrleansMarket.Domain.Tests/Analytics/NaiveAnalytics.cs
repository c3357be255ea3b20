using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>
/// The oracle: keeps everything it ever heard in lists and computes each figure from the beginning, straight from the definition.
/// Slow, and shares no code with the product.
/// </summary>
internal sealed class NaiveAnalytics(AnalyticsOptions options, SymbolSpec spec) : IAnalyticsInput
{
    /// <summary>A second: its end, what traded in it, the last price, and whether unknown trades touch it.</summary>
    private sealed record Second(long End, List<Print> Prints, decimal? Price, bool Broken);

    private readonly List<Second> _seconds = [];
    private readonly SortedDictionary<long, Candle> _minutes = [];
    private readonly List<(long From, UsdRate Rate)> _rates = [];
    private readonly List<(decimal Notional, Sweep? Whale)> _ended = [];
    private readonly List<Print> _group = [];
    private List<Print> _running = [];
    private decimal? _price;
    private bool _unknown = true;
    private bool _tradedSinceUnknown;
    private decimal? _priceBefore;
    private decimal? _groupPriceBefore;
    private List<Sweep> _whalesOfSecond = [];
    private long _now;

    public List<Sweep> Whales { get; } = [];

    public IReadOnlyList<Sweep> WhalesOfLastSecond { get; private set; } = [];

    public int Sweeps => _ended.Count;

    public void OnPrint(in Print print)
    {
        var joins = _group.Count > 0
            && _group[^1].LastId + 1 == print.FirstId
            && _group[^1].TradeTimeMicros == print.TradeTimeMicros
            && _group[^1].Taker == print.Taker
            && (print.Taker == TakerSide.Buy ? print.Price >= _group[^1].Price : print.Price <= _group[^1].Price);
        if (!joins)
        {
            EndGroup();
            _groupPriceBefore = _priceBefore;
        }

        _group.Add(print);
        _running.Add(print);
        _price = _priceBefore = print.Price;
        _tradedSinceUnknown = true;
    }

    public void OnHole(IdRange missing)
    {
        EndGroup();
        _priceBefore = null;
        (_unknown, _tradedSinceUnknown) = (true, false);
    }

    public void OnMinute(in Candle minute) => _minutes[minute.OpenTimeMicros / Micros.PerMinute] = minute;

    public void OnMinuteRevised(in Candle minute) => OnMinute(minute);

    public void OnSecond(long boundaryMicros)
    {
        if (_group.Count > 0 && _group[0].TradeTimeMicros < boundaryMicros)
        {
            EndGroup();
        }

        _seconds.Add(new(boundaryMicros, _running, _price, _unknown));
        _running = [];
        _unknown = _unknown && !_tradedSinceUnknown;
        _now = boundaryMicros;
        WhalesOfLastSecond = _whalesOfSecond;
        _whalesOfSecond = [];
    }

    public void OnRate(UsdRate rate)
    {
        var since = Math.Max(rate.TimeMicros, _now);
        _rates.Add(((since / Micros.PerMinute * Micros.PerMinute) + Micros.PerMinute, rate));
    }

    public UsdRate? Rate =>
        _rates.Where(rate => rate.From <= _now).Select(rate => (UsdRate?)rate.Rate).LastOrDefault()
        ?? (spec.QuoteAsset is "USDT" or "USDC" or "FDUSD" or "USD" ? new UsdRate(spec.QuoteAsset, 1, 0, "assumed") : null);

    private void EndGroup()
    {
        if (_group.Count == 0)
        {
            return;
        }

        var notional = _group.Sum(print => spec.Quote(print.QuoteAmount));
        var usd = Rate is { } rate ? (double)notional * rate.Rate : double.NaN;
        var threshold = Threshold();
        if ((Rate is null ? (double)notional : usd) >= threshold)
        {
            var sweep = new Sweep
            {
                FirstId = _group[0].FirstId,
                LastId = _group[^1].LastId,
                TradeTimeMicros = _group[0].TradeTimeMicros,
                Taker = _group[0].Taker,
                Quantity = _group.Sum(print => print.Quantity),
                QuoteAmount = (Int128)_group.Sum(print => (decimal)print.QuoteAmount),
                FirstPrice = _group[0].Price,
                LastPrice = _group[^1].Price,
                Levels = _group.Select(print => print.Price).Distinct().Count(),
                PriceBefore = (long)(_groupPriceBefore ?? 0),
                NotionalUsd = usd,
                Threshold = threshold,
            };
            Whales.Add(sweep);
            _whalesOfSecond.Add(sweep);
        }

        _ended.Add((notional, null));
        _group.Clear();
    }

    public double Threshold()
    {
        var floor = options.WhaleFloor;
        if (_ended.Count < options.WhaleMinSweeps)
        {
            return floor;
        }

        // Kept as 32-bit numbers, as documented.
        var sorted = _ended.TakeLast(options.WhaleHistory).Select(sweep => (double)(float)(double)sweep.Notional).Order().ToList();
        var rank = (int)Math.Ceiling((decimal)options.WhaleQuantile * sorted.Count);
        return Math.Max(floor, sorted[rank - 1] * (Rate?.Rate ?? 1));
    }

    private IEnumerable<Second> LastSeconds(int count) => _seconds.Skip(Math.Max(0, _seconds.Count - count));

    private IEnumerable<(long Minute, Candle? Candle)> LastMinutes(int count, int skip = 0)
    {
        var last = _minutes.Count == 0 ? 0 : _minutes.Keys.Last();
        for (var minute = last - skip - count + 1; minute <= last - skip; minute++)
        {
            yield return (minute, _minutes.TryGetValue(minute, out var candle) ? candle : null);
        }
    }

    private static bool IsWhole(Candle candle) => candle.MissingIds == 0 && !candle.Flags.HasFlag(CandleFlags.Partial);

    private (double Return, bool Active)? ReturnOf(long minute) =>
        _minutes.TryGetValue(minute, out var candle) && IsWhole(candle)
        && _minutes.TryGetValue(minute - 1, out var before) && before.Close > 0 && candle.Close > 0
            ? (Math.Log((double)((decimal)candle.Close / before.Close)), candle.TradeCount > 0)
            : null;

    private List<(double Return, bool Active)> Returns(int minutes) =>
        [.. LastMinutes(minutes).Select(slot => ReturnOf(slot.Minute)).Where(r => r is not null).Select(r => r!.Value)];

    private List<(double Return, bool Active)> SecondReturns()
    {
        var returns = new List<(double, bool)>();
        for (var i = Math.Max(1, _seconds.Count - 300); i < _seconds.Count; i++)
        {
            var (now, before) = (_seconds[i], _seconds[i - 1]);
            if (!now.Broken && now.End - before.End == Micros.PerSecond && now.Price > 0 && before.Price > 0)
            {
                returns.Add((Math.Log((double)(now.Price.Value / before.Price.Value)), now.Prints.Count > 0));
            }
        }

        return returns;
    }

    private Figure Guard(List<(double Return, bool Active)> returns, Func<double[], double> value)
    {
        if (returns.Count < options.MinActiveMinutes)
        {
            return Figure.None(returns.Count == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, returns.Count);
        }

        return returns.Count(r => r.Active) < options.MinActiveMinutes
            ? Figure.None(FigureStatus.NotEnoughActivity, returns.Count)
            : Figure.Of(value([.. returns.Select(r => r.Return)]), returns.Count);
    }

    private static double RealisedOf(double[] r, double perYear) => Math.Sqrt(r.Sum(x => x * x) / r.Length * perYear);

    private static double DeviationOf(double[] r, double perYear)
    {
        var mean = r.Average();
        return Math.Sqrt(r.Sum(x => (x - mean) * (x - mean)) / (r.Length - 1)) * Math.Sqrt(perYear);
    }

    public Figure Realised5m() => Guard(SecondReturns(), r => RealisedOf(r, 365 * 86_400));

    public Figure Realised(int minutes) => Guard(Returns(minutes), r => RealisedOf(r, 365 * 1_440));

    public Figure CloseToClose(int minutes) => Guard(Returns(minutes), r => DeviationOf(r, 365 * 1_440));

    public Figure Ewma()
    {
        var returns = _minutes.Keys.Select(ReturnOf).Where(r => r is not null).Select(r => r!.Value.Return).ToList();
        if (returns.Count < 60)
        {
            return Figure.None(returns.Count == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, returns.Count);
        }

        var samples = Math.Min(1_440, returns.Count);
        var variance = returns.Skip(60).Aggregate(returns.Take(60).Average(r => r * r), (v, r) => (0.94 * v) + (0.06 * r * r));
        return Returns(60).Count(r => r.Active) < options.MinActiveMinutes
            ? Figure.None(FigureStatus.NotEnoughActivity, samples)
            : Figure.Of(Math.Sqrt(variance * 365 * 1_440), samples);
    }

    public int Carried24h() => LastMinutes(1_440).Count(slot => slot.Candle is { TradeCount: 0, Close: > 0 } candle && IsWhole(candle));

    public (Figure Z, decimal QuoteVolume, double Median, int Active) Spike()
    {
        var last = LastMinutes(1).Single().Candle;
        var baseline = LastMinutes(1_440, skip: 1).Where(slot => slot.Candle is { Close: > 0 } candle && IsWhole(candle)).Select(slot => slot.Candle!.Value).ToList();
        var logs = baseline.Select(candle => Math.Log(1 + (double)spec.Quote(candle.QuoteVolume))).ToList();
        var active = baseline.Count(candle => candle.TradeCount > 0);
        var median = Median(logs);
        var volume = last is { } newest ? spec.Quote(newest.QuoteVolume) : 0;
        if (last is not { } minute || !IsWhole(minute) || minute.Close <= 0)
        {
            return (Figure.None(FigureStatus.NoData), volume, median, active);
        }

        if (active < options.SpikeMinActiveMinutes)
        {
            var why = logs.Count < options.SpikeMinActiveMinutes ? FigureStatus.NotEnoughHistory : FigureStatus.NotEnoughActivity;
            return (Figure.None(why, logs.Count), volume, median, active);
        }

        var mad = Median([.. logs.Select(x => Math.Abs(x - median))]);
        var z = (Math.Log(1 + (double)volume) - median) / new[] { 1.4826 * mad, 0.05 * median, 0.1 }.Max();
        return z > 0 && (double)volume * (Rate?.Rate ?? 1) < options.SpikeMinNotional
            ? (Figure.None(FigureStatus.NotEnoughActivity, logs.Count), volume, median, active)
            : (Figure.Of(z, logs.Count), volume, median, active);
    }

    private static double Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return 0;
        }

        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    public FlowFigures Flow(string window)
    {
        decimal buy, sell;
        long trades;
        bool full;
        if (window == "1h")
        {
            var candles = LastMinutes(60).Select(slot => slot.Candle).OfType<Candle>().ToList();
            buy = candles.Sum(candle => spec.Quantity(candle.TakerBuyVolume));
            sell = candles.Sum(candle => spec.Quantity(candle.Volume)) - buy;
            trades = candles.Sum(candle => candle.TradeCount);
            full = _minutes.Count > 0 && _minutes.Keys.Last() - _minutes.Keys.First() >= 59;
        }
        else
        {
            var length = window == "1m" ? 60 : 300;
            var prints = LastSeconds(length).SelectMany(second => second.Prints).ToList();
            buy = prints.Where(print => print.Taker == TakerSide.Buy).Sum(print => spec.Quantity(print.Quantity));
            sell = prints.Where(print => print.Taker == TakerSide.Sell).Sum(print => spec.Quantity(print.Quantity));
            trades = prints.Sum(print => print.TradeCount);
            full = _seconds.Count >= length;
        }

        if (!full)
        {
            var none = Figure.None(trades == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, (int)trades);
            return new(window, buy, sell, none, none);
        }

        if (buy + sell == 0)
        {
            return new(window, buy, sell, Figure.None(FigureStatus.Undefined), Figure.None(FigureStatus.Undefined));
        }

        return new(
            window, buy, sell, Figure.Of((double)(buy / (buy + sell)), (int)trades),
            sell == 0 ? Figure.None(FigureStatus.Undefined, (int)trades) : Figure.Of((double)(buy / sell), (int)trades));
    }

    public Figure Move(string window)
    {
        var (before, samples) = window switch
        {
            "1m" => (SecondsAgo(60), LastSeconds(60).SelectMany(second => second.Prints).Sum(print => print.TradeCount)),
            "5m" => (SecondsAgo(300), LastSeconds(300).SelectMany(second => second.Prints).Sum(print => print.TradeCount)),
            "1h" => (MinutesAgo(60), LastMinutes(60).Sum(slot => slot.Candle?.TradeCount ?? 0)),
            _ => (MinutesAgo(1_440), LastMinutes(1_440).Count(slot => slot.Candle is { TradeCount: > 0 })),
        };
        return _price is not { } now ? Figure.None(FigureStatus.NoData)
            : before is not > 0 ? Figure.None(FigureStatus.NotEnoughHistory, (int)samples)
            : Figure.Of((double)(((now / before.Value) - 1) * 100), (int)samples);
    }

    private decimal? SecondsAgo(int seconds) => _seconds.Count > seconds ? _seconds[^(seconds + 1)].Price : null;

    /// <summary>The last known close at or before an instant, when the history reaches back to it.</summary>
    private decimal? MinutesAgo(int minutes)
    {
        var wanted = (_now / Micros.PerMinute) - minutes - 1;
        return _minutes.Count == 0 || _minutes.Keys.First() > wanted ? null : _minutes.Last(minute => minute.Key <= wanted).Value.Close;
    }
}
