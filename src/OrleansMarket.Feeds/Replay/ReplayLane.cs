using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>One symbol of a replay: its engine (or its bare candles), driven by the tape's own clock, and what it concluded.</summary>
internal sealed class ReplayLane : ISymbolObserver
{
    // A day of which the first or last trade is further than this from midnight is not taken as covered to midnight.
    private const long EdgeMicros = Micros.PerMinute;

    // Through a longer silence the tape's clock jumps instead of ticking.
    private const long LongestSilenceMicros = Micros.PerHour;

    private readonly SymbolEngine? _engine;
    private readonly CandleTape? _candles;
    private readonly CandleSeries[] _series;
    private readonly Action<SymbolSpec, SignalFrame>? _onSecond;
    private readonly long _patienceMicros;
    private TapeFile? _file;
    private long _nextTickMicros;
    private long _lastId = -1;

    public ReplayLane(SymbolSpec spec, ReplayOptions options, Action<SymbolSpec, SignalFrame>? onSecond)
    {
        Spec = spec;
        _onSecond = onSecond;
        _series = [.. options.Candles.Distinct().Select(interval => new CandleSeries(spec, interval))];
        _patienceMicros = Micros.From(options.Engine.RepairPatience);
        if (options.CandlesOnly)
        {
            _candles = new CandleTape(options.Candles, TimeSpan.FromHours(1), this);
            return;
        }

        _engine = new SymbolEngine(spec, options.Engine, this);
        _engine.SetRules(options.Rules);
    }

    public SymbolSpec Spec { get; }

    public IReadOnlyList<CandleSeries> Series => _series;

    public TradeCounts Counts => _engine?.Counts ?? _candles!.Counts;

    public long MissingIds => _engine?.MissingIds ?? _candles!.MissingIds;

    public long LastTradeMicros { get; private set; }

    public long FirstTradeMicros { get; private set; }

    public long Straddling { get; private set; }

    public long TooLate { get; private set; }

    public long TooFarAhead { get; private set; }

    public long Whales { get; private set; }

    public long Alerts { get; private set; }

    /// <summary>Takes prints of this symbol in the order of the recording.</summary>
    public void Take(TapeFile file, ReadOnlySpan<ReceivedPrint> prints)
    {
        if (!ReferenceEquals(file, _file))
        {
            EndFile();
            BeginFile(file, prints[0].Print);
        }

        if (_candles is not null)
        {
            _candles.Add(prints);
            var last = prints[^1].Print;
            _lastId = Math.Max(_lastId, last.LastId);
            LastTradeMicros = Math.Max(LastTradeMicros, last.TradeTimeMicros);
            return;
        }

        foreach (ref readonly var received in prints)
        {
            var print = received.Print;
            if (print.TradeTimeMicros >= _nextTickMicros)
            {
                TickTo(print.TradeTimeMicros);
            }

            switch (_engine!.Apply(in print))
            {
                case ApplyResult.Straddles:
                    Straddling++;
                    break;
                case ApplyResult.TooLate:
                    TooLate += print.TradeCount;
                    break;
                case ApplyResult.TooFarAhead:
                    TooFarAhead += print.TradeCount;
                    break;
            }
        }

        _lastId = _engine!.NextId - 1;
        LastTradeMicros = Math.Max(LastTradeMicros, _engine.LastTradeMicros);
    }

    /// <summary>The recording is over: what still waits goes on without what is missing.</summary>
    public void Finish()
    {
        EndFile();
        if (_candles is not null)
        {
            _candles.Finish();
        }
        else
        {
            if (_engine!.OpenGapCount > 0)
            {
                _engine.Tick(LastTradeMicros + _patienceMicros + Micros.PerSecond, PipelineReading.Unknown);
            }

            foreach (var series in _series)
            {
                foreach (var candle in _engine.LiveCandles(series.Interval))
                {
                    series.Put(in candle);
                }
            }
        }

        foreach (var series in _series)
        {
            series.LastTradeMicros = LastTradeMicros;
        }
    }

    /// <inheritdoc/>
    public void OnCandle(in Candle candle)
    {
        foreach (var series in _series)
        {
            if (series.Interval.LengthMicros == candle.Interval.LengthMicros)
            {
                series.Put(in candle);
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void OnWhale(in Sweep sweep) => Whales += sweep.Revised ? 0 : 1;

    /// <inheritdoc/>
    public void OnGap(in Gap gap)
    {
        // The ledger counts them.
    }

    /// <inheritdoc/>
    public void OnAlert(AlertTransition transition) => Alerts += transition.State == AlertState.Firing ? 1 : 0;

    /// <inheritdoc/>
    public void OnSecond(SignalFrame frame) => _onSecond?.Invoke(Spec, frame);

    private void BeginFile(TapeFile file, in Print first)
    {
        _file = file;
        foreach (var series in _series)
        {
            series.IsMicroseconds |= file.IsMicroseconds;
        }

        if (_lastId >= 0)
        {
            return;
        }

        FirstTradeMicros = first.TradeTimeMicros;
        _nextTickMicros = Micros.Floor(first.TradeTimeMicros, Micros.PerSecond) + Micros.PerSecond;
        if (file.Covers is { } covers && first.TradeTimeMicros >= covers.FromMicros && first.TradeTimeMicros - covers.FromMicros < EdgeMicros)
        {
            _candles?.ExpectFrom(first.FirstId, covers.FromMicros);
            _engine?.ExpectFrom(first.FirstId, covers.FromMicros);
        }
    }

    /// <summary>A whole dump also proves the last window of its days.</summary>
    private void EndFile()
    {
        if (_file?.Covers is { } covers && LastTradeMicros >= covers.ToMicros - EdgeMicros && LastTradeMicros < covers.ToMicros)
        {
            _candles?.ConfirmEnd(covers.ToMicros);
            _engine?.ConfirmLastId(_lastId, covers.ToMicros, _engine.InterruptedMicros);
        }
    }

    private void TickTo(long micros)
    {
        if (micros - _nextTickMicros > LongestSilenceMicros)
        {
            _engine!.Tick(_nextTickMicros, PipelineReading.Unknown);
            _nextTickMicros = Micros.Floor(micros, Micros.PerSecond);
        }

        for (; _nextTickMicros <= micros; _nextTickMicros += Micros.PerSecond)
        {
            _engine!.Tick(_nextTickMicros, PipelineReading.Unknown);
        }
    }
}
