namespace OrleansMarket.Sinks.Influx;

/// <summary>Why points for InfluxDB are lost, as metrics name it.</summary>
internal static class LossReason
{
    public const string SpoolFull = "spool-full", SpoolFailed = "spool-failed", Damaged = "damaged", TradesTooFast = "trades-too-fast";

    public static readonly string[] All = [SpoolFull, SpoolFailed, Damaged, TradesTooFast];
}
