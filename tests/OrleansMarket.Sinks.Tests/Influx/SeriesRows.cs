namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>What a server must hold of <see cref="SeriesSamples"/>, written down by hand: each column by its name in the database.</summary>
internal static class SeriesRows
{
    private const long TenNanos = SeriesSamples.Ten * 1_000;

    /// <summary>Gets the rows with their measurement and, where it has several, the condition that picks one.</summary>
    public static IReadOnlyList<(string Measurement, IReadOnlyDictionary<string, object> Row, string Where)> All =>
    [
        ("candle", Candle, ""),
        ("whale", Whale, ""),
        ("alert", Alert, ""),
        ("market", Market, ""),
        ("pipeline", Pipeline, ""),
        ("price", DecidedPrice, " WHERE source = 'decided'"),
        ("price", SourcePrice, " WHERE source <> 'decided'"),
        ("trade", Trade, ""),
    ];

    private static Dictionary<string, object> Candle => new()
    {
        ["time"] = TenNanos,
        ["symbol"] = "BTCUSDT",
        ["interval"] = "1m",
        ["exchange"] = "binance",
        ["feed"] = "live",
        ["open"] = 61_000.1,
        ["high"] = 61_234.56,
        ["low"] = 60_999.99,
        ["close"] = 61_111.11,
        ["volume"] = 12.34567,
        ["quote_volume"] = 754_455.6677889,
        ["taker_buy_volume"] = 6.00001,
        ["taker_buy_quote_volume"] = 366_677.7888999,
        ["trades"] = 321,
        ["first_id"] = 4_000_000_001,
        ["last_id"] = 4_000_000_321,
        ["missing_ids"] = 2,
        ["revision"] = 3,
        ["status"] = "verified",
        ["repaired"] = true,
        ["partial"] = false,
        ["quote_approximate"] = false,
        ["carried"] = false,
        ["from_exchange"] = false,
        ["mismatched"] = true,
    };

    private static Dictionary<string, object> Whale => new()
    {
        ["time"] = TenNanos + 1_234_567_123,
        ["symbol"] = "BTCUSDT",
        ["taker"] = "sell",
        ["exchange"] = "binance",
        ["feed"] = "live",
        ["quantity"] = 10.0,
        ["quote_amount"] = 610_000.0,
        ["notional_usd"] = 610_000.5,
        ["average_price"] = 61_000.0,
        ["first_price"] = 61_001.0,
        ["last_price"] = 60_999.0,
        ["impact_percent"] = ((6_099_900d / 6_100_000) - 1) * 100,
        ["threshold"] = 100_000.0,
        ["levels"] = 4,
        ["trades"] = 8,
        ["first_id"] = 4_000_000_123,
        ["last_id"] = 4_000_000_130,
        ["revised"] = true,
        ["title"] = "Sold BTCUSDT",
        ["text"] = "$610,001 in 8 trades over 4 levels (estimate)",
    };

    private static Dictionary<string, object> Alert => new()
    {
        ["time"] = (ulong)TenNanos + 5_000_000_000 + AlertNanos,
        ["symbol"] = "BTCUSDT",
        ["rule"] = "volume-spike",
        ["severity"] = "warning",
        ["state"] = "firing",
        ["kind"] = "market",
        ["exchange"] = "binance",
        ["feed"] = "live",
        ["value"] = 7.25,
        ["threshold"] = 6.0,
        ["price"] = 61_111.11,
        ["completeness"] = 0.75,
        ["late"] = true,
        ["withdrawn"] = false,
        ["rule_version"] = 2,
        ["key"] = "volume-spike@2/BTCUSDT/1795255200000000",
        ["suppressed_because"] = "flapping",
        ["note"] = "two lines",
        ["title"] = "FIRING: Volume \"spike\", \\ large = unusual · BTCUSDT",
        ["text"] = "BTCUSDT firing 7.25 (threshold 6) at 2026-11-21 10:00:05 UTC, price 61,111.11, 75 % of the trades present, found late after a repair (two lines)",
    };

    private static Dictionary<string, object> Market => new()
    {
        ["time"] = TenNanos + 10_000_000_000,
        ["symbol"] = "BTCUSDT",
        ["exchange"] = "binance",
        ["feed"] = "live",
        ["last_price"] = 61_111.11,
        ["quote_volume_24h"] = 2_345_678_901.12345,
        ["change_1m_percent"] = 0.1,
        ["change_5m_percent"] = -0.2,
        ["change_1h_percent"] = 0.3,
        ["change_24h_percent"] = -4.5,
        ["volatility_5m"] = 0.51,
        ["volatility_1h"] = 0.52,
        ["volatility_24h"] = 0.53,
        ["volatility_close_1h"] = 0.54,
        ["volatility_close_24h"] = 0.55,
        ["volatility_ewma"] = 0.56,
        ["taker_buy_volume_1m"] = 1.25,
        ["taker_sell_volume_1m"] = 2.5,
        ["buy_share_1m"] = 1 / 3d,
        ["buy_sell_ratio_1m"] = 0.5,
        ["taker_buy_volume_5m"] = 3.0,
        ["taker_sell_volume_5m"] = 1.0,
        ["buy_share_5m"] = 0.75,
        ["buy_sell_ratio_5m"] = 3.0,
        ["taker_buy_volume_1h"] = 10.00001,
        ["taker_sell_volume_1h"] = 5.0,
        ["buy_share_1h"] = 0.66,
        ["buy_sell_ratio_1h"] = 2.000002,
        ["volume_spike"] = 2.5,
        ["minute_quote_volume"] = 123_456.5,
        ["median_quote_volume"] = 100_000.25,
        ["whale_threshold"] = 150_000.0,
        ["quote_usd_rate"] = 1.0,
        ["last_trade_age"] = 1.5,
        ["stale"] = true,
        ["last_trade_id"] = 4_000_000_321,
        ["missing_ids"] = 7,
        ["open_gaps"] = 0,
        ["firing_alerts"] = 2,
        ["trades"] = 1_000_001,
        ["duplicates"] = 12,
        ["late_trades"] = 3,
        ["repaired_ids"] = 50,
    };

    private static Dictionary<string, object> Pipeline
    {
        get
        {
            var pipeline = new Dictionary<string, object>
            {
                ["time"] = TenNanos + 20_000_000_000,
                ["feed"] = "live",
                ["status"] = "degraded",
                ["ok"] = false,
                ["reasons"] = "no trades for longer than usual: BTCUSDT; storage: full",
                ["connected"] = true,
                ["connections"] = 2,
                ["reconnects"] = 5,
                ["trades"] = 123_456,
                ["trades_per_second"] = 123.5,
                ["dead_letters"] = 9,
                ["dead_letters_kept"] = 8,
                ["last_trade_age"] = 0.25,
                ["stale_symbols"] = 1,
                ["open_gaps"] = 1,
                ["missing_ids"] = 7,
                ["backlog"] = 11,
                ["backlog_limit"] = 8_192,
                ["clock_offset"] = -0.0015,
            };
            foreach (var (stage, i) in new[] { "exchange", "queue", "total", "engine", "store", "alert" }.Select((stage, i) => (stage, i)))
            {
                pipeline[$"latency_{stage}_p50"] = (i + 1) / 1_000d;
                pipeline[$"latency_{stage}_p95"] = (i + 2.5) / 1_000;
                pipeline[$"latency_{stage}_p99"] = (i + 3) / 1_000d;
                pipeline[$"latency_{stage}_max"] = (i + 40) / 1_000d;
            }

            return pipeline;
        }
    }

    private static Dictionary<string, object> DecidedPrice => new()
    {
        ["time"] = TenNanos + 1_000_000_000,
        ["asset"] = "BTC",
        ["source"] = "decided",
        ["feed"] = "live",
        ["price"] = 61_000.25,
        ["age"] = 0.5,
        ["latency"] = 0.125,
        ["deviation_percent"] = 0.03,
        ["counts"] = true,
        ["change_24h_percent"] = -1.25,
        ["volume_24h"] = 1_234_567_890.12,
        ["rule"] = "consensus",
        ["quality"] = "agreed",
        ["sources"] = 2,
    };

    private static Dictionary<string, object> SourcePrice => new()
    {
        ["time"] = TenNanos,
        ["asset"] = "BTC",
        ["source"] = "coinbase",
        ["feed"] = "live",
        ["price"] = 62_000.0,
        ["age"] = 1.5,
        ["latency"] = 0.08,
        ["deviation_percent"] = 1.6,
        ["counts"] = false,
        ["weight"] = 0.25,
        ["excluded_because"] = "1.6 % from the others",
        ["change_24h_percent"] = -0.5,
    };

    private static Dictionary<string, object> Trade => new()
    {
        ["time"] = TenNanos + 777_999,
        ["symbol"] = "BTCUSDT",
        ["taker"] = "buy",
        ["exchange"] = "binance",
        ["feed"] = "live",
        ["price"] = 61_000.1,
        ["quantity"] = 0.12345,
        ["quote_amount"] = 7_530.462345,
        ["trade_id"] = 4_000_000_999,
        ["trades"] = 1,
        ["latency"] = 0.25,
    };

    private static ulong AlertNanos
    {
        get
        {
            // FNV-1a, 64 bits, of the transition's id (http://www.isthe.com/chongo/tech/comp/fnv/).
            var hash = 0xcbf29ce484222325UL;
            foreach (var c in "volume-spike@2/BTCUSDT/1795255200000000/firing-suppressed"u8)
            {
                hash = (hash ^ c) * 0x100000001b3UL;
            }

            return hash % 1_000;
        }
    }
}
