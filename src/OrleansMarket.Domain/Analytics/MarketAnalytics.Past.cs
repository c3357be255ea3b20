using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <content>Figures of seconds that have passed, as the trades known now give them: alerts that fired then are judged again.</content>
public sealed partial class MarketAnalytics : ISignalHistory
{
    /// <summary>How many firings are remembered, the newest; older ones are not judged again by figures of seconds.</summary>
    public const int MostMoments = 8;

    private readonly List<FiringMoment> _moments = new(MostMoments);
    private ToldWhale _toldWhale;

    /// <summary>Whether a past figure of the signal needs the seconds before it: those of minutes do not.</summary>
    public static bool IsOfSeconds(Signal signal) =>
        signal is Signal.PriceMove1m or Signal.PriceMove5m or Signal.PriceMove1h or Signal.BuyShare1m or Signal.BuyShare5m;

    /// <summary>Remembers the last boundary: an alert fired there.</summary>
    /// <param name="withSeconds">Whether the seconds up to it are needed, not only its whale.</param>
    /// <param name="isNeeded">Tells of an earlier firing, by its time, whether it may still have to be judged.</param>
    public void Remember(bool withSeconds, Predicate<long> isNeeded)
    {
        _journal.Moments();
        _moments.RemoveAll(moment => moment.TimeMicros <= _boundary - Micros.PerHour || moment.TimeMicros == _boundary || !isNeeded(moment.TimeMicros));
        if (_moments.Count == MostMoments)
        {
            _moments.RemoveAt(0);
        }

        _moments.Add(new FiringMoment(_boundary, withSeconds ? new SecondHistory(_seconds) : null) { Whale = _toldWhale });
    }

    /// <summary>Takes a changed candle of a second that had already ended.</summary>
    /// <exception cref="ArgumentException">The candle is not of one second.</exception>
    public void OnSecondRevised(in Candle second)
    {
        if (second.Interval != CandleInterval.OneSecond)
        {
            throw new ArgumentException($"expected a candle of 1s, found {second.Interval}", nameof(second));
        }

        foreach (var moment in _moments)
        {
            _journal.Moments();
            moment.Revise(in second);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Reaches back one hour, and for figures of seconds to the last few firings.</remarks>
    public Figure At(Signal signal, long timeMicros)
    {
        var minute = (timeMicros / Micros.PerMinute) - 1;
        if (timeMicros > _boundary || !_minutes.Reaches(minute))
        {
            return Figure.None(FigureStatus.NoData);
        }

        return signal switch
        {
            Signal.Volatility1h or Signal.Volatility24h or Signal.VolatilityEwma or Signal.VolumeSpike or Signal.BuyShare1h => OfMinute(signal, minute),
            Signal.WhaleNotional => Moment(timeMicros) is { Whale: { Usd: > 0 } whale } ? Figure.Of(whale.Usd, whale.Trades) : Figure.None(FigureStatus.NoData),
            _ => Moment(timeMicros)?.Seconds is { } seconds ? OfSecond(signal, timeMicros, seconds) : Figure.None(FigureStatus.NoData),
        };
    }

    private FiringMoment? Moment(long timeMicros) => _moments.Find(moment => moment.TimeMicros == timeMicros);


    private Figure OfMinute(Signal signal, long minute)
    {
        var figures = FiguresAt(minute);
        return signal switch
        {
            Signal.Volatility1h => figures.Realised1h,
            Signal.Volatility24h => figures.Realised24h,
            Signal.VolatilityEwma => figures.Ewma,
            Signal.VolumeSpike => Counting(figures.Spike, _minutes.QuoteVolumeAt(minute)),
            _ => Share(figures.FlowBuy, figures.FlowSell, figures.FlowTrades, _minutes.CountAt(minute) >= MinuteHistory.FlowMinutes),
        };
    }

    private Figure OfSecond(Signal signal, long timeMicros, SecondHistory seconds)
    {
        var price = seconds.CloseAgo(0);
        return signal switch
        {
            Signal.PriceMove1m => Move(price, seconds.CloseAgo(60), seconds.Last60.Trades),
            Signal.PriceMove5m => Move(price, seconds.CloseAgo(300), seconds.Last300.Trades),
            Signal.PriceMove1h => Move(price, _minutes.CloseBefore(Micros.Floor(timeMicros, Micros.PerMinute) - Micros.PerHour), seconds.Last300.Trades),
            Signal.BuyShare1m => Share(seconds.Last60.Buy, seconds.Last60.Sell, seconds.Last60.Trades, seconds.Count >= 60),
            Signal.BuyShare5m => Share(seconds.Last300.Buy, seconds.Last300.Sell, seconds.Last300.Trades, seconds.Count >= 300),
            _ => Figure.None(FigureStatus.NoData),
        };
    }

    /// <summary>A sweep of a second that has passed turned out to be larger, or was not seen at all.</summary>
    private void ReviseWhale(in Sweep sweep, double usd)
    {
        foreach (var moment in _moments)
        {
            var ends = Micros.Floor(sweep.TradeTimeMicros, Micros.PerSecond) + Micros.PerSecond;
            if (ends == moment.TimeMicros && usd > moment.Whale.Usd)
            {
                _journal.Moments();
                moment.Whale = new ToldWhale(usd, TradesOf(in sweep));
            }
        }
    }

    private void SaveMoments(BinaryWriter writer)
    {
        writer.Write((byte)_moments.Count);
        foreach (var moment in _moments)
        {
            moment.Save(writer);
        }
    }

    private void LoadMoments(BinaryReader reader)
    {
        _moments.Clear();
        var count = (int)reader.ReadByte();
        if (count > MostMoments)
        {
            throw new InvalidDataException($"analytics state is damaged: expected 0 to {MostMoments} firings, found {count}");
        }

        while (count-- > 0)
        {
            _moments.Add(FiringMoment.Read(reader));
        }
    }
}
