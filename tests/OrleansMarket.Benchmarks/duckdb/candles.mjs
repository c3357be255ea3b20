// One-minute candles of a trades dump by DuckDB: two threads, DOUBLE columns, the same twelve kline columns.
// Usage: node candles.mjs DUMP.csv [runs]; prints one JSON line with the best time.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [file, runs = '3'] = process.argv.slice(2);
const modules = process.env.DUCKDB_MODULES ?? import.meta.dirname;
const entry = createRequire(`${modules}/package.json`).resolve('@duckdb/node-api');
const { DuckDBInstance } = (await import(pathToFileURL(entry))).default ?? await import(pathToFileURL(entry));

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const sql = `
  CREATE OR REPLACE TABLE candles AS
  SELECT time // 60000 * 60000 AS open_time,
         arg_min(price, id) AS open, max(price) AS high, min(price) AS low, arg_max(price, id) AS close,
         sum(qty) AS volume, open_time + 59999 AS close_time, sum(quote_qty) AS quote_volume, count(*) AS trades,
         sum(CASE WHEN is_buyer_maker THEN 0 ELSE qty END) AS taker_buy_base,
         sum(CASE WHEN is_buyer_maker THEN 0 ELSE quote_qty END) AS taker_buy_quote, 0 AS ignored
  FROM read_csv('${file.replaceAll("'", "''")}', header = false, auto_detect = false, delim = ',', columns = {
    'id': 'BIGINT', 'price': 'DOUBLE', 'qty': 'DOUBLE', 'quote_qty': 'DOUBLE', 'time': 'BIGINT',
    'is_buyer_maker': 'BOOLEAN', 'is_best_match': 'BOOLEAN' })
  GROUP BY ALL ORDER BY open_time`;

let best = Infinity;
for (let run = 0; run < Number(runs); run++) {
  const start = process.hrtime.bigint();
  await connection.run(sql);
  best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
}

const answer = await connection.runAndReadAll(
  'SELECT count(*)::DOUBLE, sum(trades)::DOUBLE, sum(volume), sum(high) FROM candles');
const [candles, trades, volume, highs] = answer.getRows()[0];
const version = (await connection.runAndReadAll('SELECT version()')).getRows()[0][0];
console.log(JSON.stringify({ version, seconds: best, candles, trades, volume, highs }));
