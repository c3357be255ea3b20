using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <content>From state to figures.</content>
public sealed partial class MarketAnalytics
{
    /// <summary>1.4826 makes the median absolute deviation of a normal distribution its standard deviation (Rousseeuw and Croux, 1993).</summary>
    private const double DeviationsPerMad = 1.4826;

    /// <summary>Gets the last price before the last boundary, scaled; trades of the running second are not settled yet.</summary>
    private long SettledPrice => _seconds.Count > 0 ? _seconds.CloseAgo(0) : _price;

    /// <summary>The figures as of the last second ended.</summary>
    public MarketFigures Describe()
    {
        Refresh();
        var returns = _seconds.Returns();
        return new MarketFigures
        {
            PriceChangePercent = new Dictionary<string, Figure>
            {
                ["1m"] = Move(_seconds.CloseAgo(60), _seconds.Last60.Trades),
                ["5m"] = Move(_seconds.CloseAgo(300), _seconds.Last300.Trades),
                ["1h"] = Move(_minutes.CloseBefore(MinuteStart - Micros.PerHour), _figures.FlowTrades),
                ["24h"] = Move(Price24hAgo, _figures.Active24h),
            },
            Volatility = new VolatilityFigures(
                Annualised.Realised(in returns, _options.MinActiveMinutes, Annualised.SecondsPerYear),
                _figures.Realised1h, _figures.Realised24h, _figures.CloseToClose1h, _figures.CloseToClose24h, _figures.Ewma, _figures.Carried24h),
            Flow =
            [
                Flow("1m", _seconds.Last60.Buy, _seconds.Last60.Sell, _seconds.Last60.Trades, _seconds.Count >= 60),
                Flow("5m", _seconds.Last300.Buy, _seconds.Last300.Sell, _seconds.Last300.Trades, _seconds.Count >= 300),
                Flow("1h", _figures.FlowBuy, _figures.FlowSell, _figures.FlowTrades, _minutes.Count >= MinuteHistory.FlowMinutes),
            ],
            Spike = new SpikeFigures(
                Spike(), _minutes.NewestQuoteVolume, Math.Exp(_figures.SpikeMedian) - 1, _figures.SpikeActive)
            { IsSeasonal = _figures.SpikeIsSeasonal },
            Whale = new WhaleFigures(
                Threshold, double.IsNaN(_rate.Value) ? _spec.QuoteAsset : "USD", _sweeps.Count,
                _sweeps.Count < _options.WhaleMinSweeps || _sweeps.Value() * RateOrOne <= _whaleFloor),
            QuoteUsdRate = _rate.Current,
        };
    }

    /// <summary>Fills the frame of the last second again, after a minute was revised. Whales are told once, so theirs is left empty.</summary>
    public void Refill(SignalFrame frame)
    {
        Refresh();
        Fill(frame, default);
    }

    private static Figure Share(Int128 buy, Int128 sell, long trades, bool isFull)
    {
        var samples = (int)Math.Min(int.MaxValue, trades);
        if (!isFull)
        {
            return Figure.None(trades == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, samples);
        }

        var total = buy + sell;
        return total == 0 ? Figure.None(FigureStatus.Undefined) : Figure.Of((double)buy / (double)total, samples);
    }

    private void Fill(SignalFrame frame, in ToldWhale whale)
    {
        frame.TimeMicros = _boundary;
        frame.Price = SettledPrice;
        frame[Signal.PriceMove1m] = Move(_seconds.CloseAgo(60), _seconds.Last60.Trades);
        frame[Signal.PriceMove5m] = Move(_seconds.CloseAgo(300), _seconds.Last300.Trades);
        frame[Signal.PriceMove1h] = Move(_minutes.CloseBefore(MinuteStart - Micros.PerHour), _figures.FlowTrades);
        frame[Signal.Volatility1h] = _figures.Realised1h;
        frame[Signal.Volatility24h] = _figures.Realised24h;
        frame[Signal.VolatilityEwma] = _figures.Ewma;
        frame[Signal.VolumeSpike] = Spike();
        frame[Signal.BuyShare1m] = Share(_seconds.Last60.Buy, _seconds.Last60.Sell, _seconds.Last60.Trades, _seconds.Count >= 60);
        frame[Signal.BuyShare5m] = Share(_seconds.Last300.Buy, _seconds.Last300.Sell, _seconds.Last300.Trades, _seconds.Count >= 300);
        frame[Signal.BuyShare1h] = Share(_figures.FlowBuy, _figures.FlowSell, _figures.FlowTrades, _minutes.Count >= MinuteHistory.FlowMinutes);
        frame[Signal.WhaleNotional] = double.IsNaN(_rate.Value)
            ? Figure.None(FigureStatus.NoUsdRate)
            : whale.Usd > 0 ? Figure.Of(whale.Usd, whale.Trades) : Figure.None(FigureStatus.Undefined);
    }

    private Figure Move(long before, long samples) => Move(SettledPrice, before, samples);

    private static Figure Move(long price, long before, long samples)
    {
        var observed = (int)Math.Min(int.MaxValue, samples);
        if (price == 0)
        {
            return Figure.None(FigureStatus.NoData);
        }

        return before > 0
            ? Figure.Of((((double)price / before) - 1) * 100, observed)
            : Figure.None(FigureStatus.NotEnoughHistory, observed);
    }

    private FlowFigures Flow(string window, Int128 buy, Int128 sell, long trades, bool isFull)
    {
        var share = Share(buy, sell, trades, isFull);
        var ratio = share.Status != FigureStatus.Ok ? share
            : sell == 0 ? Figure.None(FigureStatus.Undefined, share.Samples)
            : Figure.Of((double)buy / (double)sell, share.Samples);
        return new FlowFigures(window, _spec.Quantity(buy), _spec.Quantity(sell), share, ratio);
    }

    private Figure Spike() => Counting(_figures.Spike, _minutes.NewestQuoteVolume);

    /// <summary>The spike's z; a positive one of a minute below the minimum notional does not count.</summary>
    private Figure Counting(Figure spike, double quoteVolume) =>
        spike.Status == FigureStatus.Ok && spike.Value > 0 && quoteVolume * RateOrOne < _options.SpikeMinNotional
            ? Figure.None(FigureStatus.NotEnoughActivity, spike.Samples)
            : spike;

    /// <summary>Recomputes the figures of the minute when a minute came or changed.</summary>
    private void Refresh()
    {
        if (!_figuresAreStale)
        {
            return;
        }

        _figuresAreStale = false;
        var newest = _minutes.Newest;
        _figures = Judge(
            newest, _minutes.Window(60), _minutes.Window(1_440), _minutes.Ewma, _minutes.FlowAt(newest), _minutes.Baseline, _minutes.ActiveInBaseline);
    }

    /// <summary>The figures as they would have been after a minute that has passed.</summary>
    private MinuteFigures FiguresAt(long minute)
    {
        var (baseline, active) = _minutes.BaselineAt(minute);
        return Judge(
            minute, _minutes.WindowAt(minute, 60), _minutes.WindowAt(minute, 1_440), _minutes.EwmaAt(minute), _minutes.FlowAt(minute), baseline, active);
    }

    private MinuteFigures Judge(
        long newest, ReturnSums hour, ReturnSums day, EwmaVariance ewma, (Int128 Buy, Int128 Sell, int Trades) flow, VolumeBaseline baseline, int activeInBaseline)
    {
        var (median, spike, active, isSeasonal) = JudgeVolume(newest, baseline, activeInBaseline);
        return new MinuteFigures
        {
            Realised1h = Annualised.Realised(in hour, _options.MinActiveMinutes, Annualised.MinutesPerYear),
            Realised24h = Annualised.Realised(in day, _options.MinActiveMinutes, Annualised.MinutesPerYear),
            CloseToClose1h = Annualised.CloseToClose(in hour, _options.MinActiveMinutes, Annualised.MinutesPerYear),
            CloseToClose24h = Annualised.CloseToClose(in day, _options.MinActiveMinutes, Annualised.MinutesPerYear),
            Ewma = Annualised.Ewma(ewma, in hour, _options.MinActiveMinutes, Annualised.MinutesPerYear),
            Spike = spike,
            SpikeMedian = median,
            SpikeActive = active,
            SpikeIsSeasonal = isSeasonal,
            Carried24h = day.Carried,
            Active24h = day.Active,
            QuoteVolume24h = day.QuoteVolume,
            FlowBuy = flow.Buy,
            FlowSell = flow.Sell,
            FlowTrades = flow.Trades,
        };
    }

    private (double Median, Figure Spike, int Active, bool IsSeasonal) JudgeVolume(long newest, VolumeBaseline baseline, int activeInBaseline)
    {
        double median, mad;
        int minutes, active;
        var isSeasonal = _options.SeasonalBaseline && _season is not null;
        if (isSeasonal)
        {
            (median, mad, minutes, active) = _season!.At(newest * Micros.PerMinute);
        }
        else
        {
            minutes = baseline.Count;
            active = activeInBaseline;
            median = minutes == 0 ? 0 : baseline.Median();
            mad = minutes == 0 ? 0 : baseline.MedianAbsoluteDeviation(median);
        }

        Figure spike;
        if ((_minutes.FlagsAt(newest) & MinuteFlags.Whole) == 0)
        {
            spike = Figure.None(FigureStatus.NoData);
        }
        else if (active < _options.SpikeMinActiveMinutes)
        {
            spike = Figure.None(minutes < _options.SpikeMinActiveMinutes ? FigureStatus.NotEnoughHistory : FigureStatus.NotEnoughActivity, minutes);
        }
        else
        {
            var scale = Math.Max(Math.Max(DeviationsPerMad * mad, 0.05 * median), 0.1);
            spike = Figure.Of((_minutes.LogVolumeAt(newest) - median) / scale, minutes);
        }

        return (median, spike, active, isSeasonal);
    }
}
