namespace OrleansMarket.Sinks.Sqlite;

/// <summary>
/// The schema as a list of steps; <c>user_version</c> tells how many a file has taken. A step that has been released is never edited: a change is
/// a new step. Times are microseconds since the epoch; <c>scale</c> is a <see cref="StoredScale"/>; columns without a type hold 128-bit sums
/// (<see cref="Int128Column"/>).
/// </summary>
internal static class Schema
{
    /// <summary>Marks the file as ours (SQLite's <c>application_id</c>): "OMkt".</summary>
    public const int ApplicationId = 0x4F4D6B74;

    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE symbols (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            price_decimals INTEGER, quantity_decimals INTEGER, base_asset TEXT, quote_asset TEXT, status INTEGER,
            min_price INTEGER, max_price INTEGER, min_quantity INTEGER, max_quantity INTEGER);

        CREATE TABLE candles (
            symbol INTEGER NOT NULL, interval INTEGER NOT NULL, open_time INTEGER NOT NULL, scale INTEGER NOT NULL,
            open INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, close INTEGER NOT NULL,
            volume NOT NULL, quote_volume NOT NULL, taker_buy_volume NOT NULL, taker_buy_quote_volume NOT NULL,
            trade_count INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, missing_ids INTEGER NOT NULL,
            revision INTEGER NOT NULL, status INTEGER NOT NULL, flags INTEGER NOT NULL,
            PRIMARY KEY (symbol, interval, open_time)) WITHOUT ROWID;

        CREATE TABLE whales (
            symbol INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, trade_time INTEGER NOT NULL, scale INTEGER NOT NULL,
            taker INTEGER NOT NULL, quantity NOT NULL, quote_amount NOT NULL, first_price INTEGER NOT NULL, last_price INTEGER NOT NULL,
            levels INTEGER NOT NULL, price_before INTEGER NOT NULL, notional_usd REAL, threshold REAL NOT NULL, revised INTEGER NOT NULL,
            notional REAL NOT NULL,
            PRIMARY KEY (symbol, first_id)) WITHOUT ROWID;
        CREATE INDEX whales_by_time ON whales (trade_time, symbol, first_id);
        CREATE INDEX whales_by_symbol ON whales (symbol, trade_time, first_id);

        CREATE TABLE gaps (
            number INTEGER PRIMARY KEY,
            symbol INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, after_time INTEGER NOT NULL, before_time INTEGER NOT NULL,
            state INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER, attempts INTEGER NOT NULL, note TEXT,
            UNIQUE (symbol, first_id, last_id, opened));
        CREATE INDEX gaps_by_time ON gaps (opened, number);

        CREATE TABLE dead_letters (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            received INTEGER NOT NULL, reason INTEGER NOT NULL, error TEXT NOT NULL, source TEXT NOT NULL, symbol TEXT,
            attempts INTEGER NOT NULL, payload BLOB NOT NULL);
        CREATE INDEX dead_letters_by_reason ON dead_letters (reason, id);

        CREATE TABLE engine_states (symbol INTEGER PRIMARY KEY, saved INTEGER NOT NULL, state BLOB NOT NULL);

        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE alert_records (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE, alert TEXT NOT NULL, stage INTEGER NOT NULL, accepted INTEGER NOT NULL, record TEXT NOT NULL);
        CREATE INDEX alert_records_by_alert ON alert_records (alert, number);
        CREATE INDEX alert_records_new ON alert_records (number) WHERE stage = 0;
        CREATE INDEX alert_records_waiting ON alert_records (number) WHERE stage = 1;

        CREATE TABLE alerts (
            key TEXT PRIMARY KEY, start INTEGER NOT NULL, symbol TEXT NOT NULL, rule TEXT NOT NULL, state INTEGER NOT NULL,
            ended INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX alerts_by_start ON alerts (start, key);

        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            message TEXT NOT NULL, channel TEXT NOT NULL, ended INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, entry TEXT NOT NULL,
            UNIQUE (message, channel));
        CREATE INDEX outbox_queued ON outbox (channel, number) WHERE ended = 0;
        CREATE INDEX outbox_by_time ON outbox (created, number);

        CREATE TABLE silences (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, silence TEXT NOT NULL);

        CREATE TABLE rules (id TEXT PRIMARY KEY, last_version INTEGER NOT NULL, rule TEXT) WITHOUT ROWID;
        """,
        """
        CREATE TABLE last_prices (asset TEXT PRIMARY KEY, price TEXT NOT NULL, time INTEGER NOT NULL, source TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE portfolios (name TEXT PRIMARY KEY, updated INTEGER NOT NULL, holdings TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE engine_bases (symbol INTEGER NOT NULL, slot INTEGER NOT NULL, saved INTEGER NOT NULL, base BLOB NOT NULL, PRIMARY KEY (symbol, slot));
        """,
    ];
}
