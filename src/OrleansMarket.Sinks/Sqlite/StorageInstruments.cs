using System.Diagnostics.Metrics;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Measures the stores. Every instrument has a row in <c>docs/metrics.md</c>.</summary>
public sealed class StorageInstruments
{
    private readonly Counter<long> _writes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _deadLettersDropped;
    private readonly Counter<long> _tradeLogBytes;
    private readonly Counter<long> _tradeLogFilesDropped;
    private readonly Counter<long> _tradeLogDamage;
    private readonly Histogram<double> _commitSeconds;
    private readonly Histogram<double> _flushSeconds;

    /// <summary>Creates the instruments.</summary>
    public StorageInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(SinkMeter.Name);
        _writes = meter.CreateCounter<long>("market.storage.writes", "{write}", "Writes made durable.");
        _failures = meter.CreateCounter<long>("market.storage.failures", "{transaction}", "Transactions that failed as a whole.");
        _commitSeconds = meter.CreateHistogram<double>("market.storage.commit", "s", "Time from the first statement of a transaction to its durable end.");
        _deadLettersDropped = meter.CreateCounter<long>("market.dead_letters.dropped", "{letter}", "Dead letters removed because of the bounds on age, number or bytes.");
        _tradeLogBytes = meter.CreateCounter<long>("market.trade_log.written", "By", "Bytes written to the raw trade log, journal included.");
        _tradeLogFilesDropped = meter.CreateCounter<long>("market.trade_log.files_dropped", "{file}", "Files of the raw trade log removed because of the bounds on age or bytes.");
        _tradeLogDamage = meter.CreateCounter<long>("market.trade_log.damaged", "{block}", "Blocks of the raw trade log that could not be read.");
        _flushSeconds = meter.CreateHistogram<double>("market.trade_log.flush", "s", "Time to make appended trades durable.");
    }

    internal void OnCommitted(int writes, TimeSpan duration)
    {
        _writes.Add(writes);
        _failures.Add(0); // Prometheus sees no increase in a counter that appears with its first failure
        _commitSeconds.Record(duration.TotalSeconds);
    }

    internal void OnFailed() => _failures.Add(1);

    /// <summary>Counts dead letters that went because of the bounds.</summary>
    public void OnDeadLettersDropped(int count) => _deadLettersDropped.Add(count);

    internal void OnTradeLogWritten(long bytes) => _tradeLogBytes.Add(bytes);

    internal void OnTradeLogFlushed(TimeSpan duration) => _flushSeconds.Record(duration.TotalSeconds);

    internal void OnTradeLogFilesDropped(int count) => _tradeLogFilesDropped.Add(count);

    internal void OnTradeLogDamage() => _tradeLogDamage.Add(1);
}
