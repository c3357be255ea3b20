using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Turns what happens into lines and brings them to the spool.</summary>
internal sealed partial class SeriesSink(
    SeriesSpool spool, SeriesOrigin origin, IOptions<InfluxOptions> options, SeriesHealth health, SeriesInstruments instruments,
    ILogger<SeriesSink> logger) : ISeriesSink
{
    /// <summary>How many bytes of single trades may wait for the next flush.</summary>
    private const int MaxTradeBytes = 8 << 20;

    private readonly InfluxOptions _options = options.Value;
    private readonly HashSet<CandleInterval> _intervals = IntervalsOf(options.Value);
    private readonly Lock _tradeGate = new();
    private LineBuffer _trades = new();
    private LineBuffer _flushing = new();

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<EngineCommit> conclusions, CancellationToken cancellationToken)
    {
        var lines = new LineBuffer();
        foreach (var commit in conclusions)
        {
            foreach (var candle in commit.Candles)
            {
                if (_intervals.Contains(candle.Interval))
                {
                    CandleSeries.Measurement.Write(lines, new(origin, commit.Spec, candle));
                }
            }

            foreach (var whale in commit.Whales)
            {
                WhaleSeries.Measurement.Write(lines, new(origin, commit.Spec, whale));
            }

            foreach (var transition in commit.Alerts)
            {
                AlertSeries.Measurement.Write(lines, new(origin, transition));
            }
        }

        return AppendAsync(lines, cancellationToken);
    }

    /// <inheritdoc/>
    public Task AppendPricesAsync(IReadOnlyList<AssetPrice> prices, CancellationToken cancellationToken)
    {
        var lines = new LineBuffer();
        foreach (var price in prices)
        {
            PriceSeries.Write(lines, origin, price);
        }

        return AppendAsync(lines, cancellationToken);
    }

    /// <inheritdoc/>
    public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
    {
        if (!_options.Trades)
        {
            return;
        }

        lock (_tradeGate)
        {
            if (_trades.Lines.Length < MaxTradeBytes)
            {
                TradeSeries.Measurement.Write(_trades, new(origin, spec, received));
                return;
            }
        }

        instruments.OnDropped(1, LossReason.TradesTooFast);
    }

    /// <inheritdoc/>
    public Task AppendSampleAsync(IReadOnlyList<MarketState> states, PipelineHealth pipeline, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lines = new LineBuffer();
        foreach (var state in states)
        {
            var sample = new MarketSeries.Sample(origin, state, _options.SampleInterval);
            if (sample.HasEventTime)
            {
                MarketSeries.Measurement.Write(lines, sample);
            }
        }

        PipelineSeries.Measurement.Write(lines, new(origin, pipeline, now, _options.SampleInterval));
        return AppendAsync(lines, cancellationToken);
    }

    /// <summary>Brings the trades that wait to the spool. One caller at a time. What cannot be kept is dropped and counted.</summary>
    public async Task FlushTradesAsync(CancellationToken cancellationToken)
    {
        lock (_tradeGate)
        {
            (_trades, _flushing) = (_flushing, _trades);
        }

        try
        {
            await AppendAsync(_flushing, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            instruments.OnDropped(_flushing.Count, LossReason.SpoolFailed);
        }
        finally
        {
            _flushing.Clear();
        }
    }

    private static HashSet<CandleInterval> IntervalsOf(InfluxOptions options) => options.Intervals.Length == 0
        ? [.. CandleInterval.All.Where(interval => interval != CandleInterval.OneSecond)]
        : [.. CandleInterval.All.Where(interval => options.Intervals.Contains(interval.Name))];

    private async Task AppendAsync(LineBuffer lines, CancellationToken cancellationToken)
    {
        try
        {
            await spool.AppendAsync(lines.Lines, cancellationToken).ConfigureAwait(false);
            if (health.SetSpool(null))
            {
                LogRecovered(logger);
            }
        }
        catch (StorageException exception)
        {
            instruments.OnSpoolFailed();
            if (health.SetSpool(exception.Message))
            {
                LogFailed(logger, exception.Message);
            }

            throw;
        }
    }

    [LoggerMessage(EventId = 2221, Level = LogLevel.Error, Message = "Time series cannot be put on the disk: {Problem}")]
    private static partial void LogFailed(ILogger logger, string problem);

    [LoggerMessage(EventId = 2222, Level = LogLevel.Information, Message = "Time series can be put on the disk again")]
    private static partial void LogRecovered(ILogger logger);
}
