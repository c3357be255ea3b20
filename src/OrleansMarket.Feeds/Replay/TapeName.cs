using System.Globalization;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>What a file's name says: <c>BTCUSDT-trades-2024-08-08.zip</c>, <c>BTCUSDT-5m-2024-08.csv</c>. Any part may be unknown.</summary>
/// <remarks>Source: binance/binance-public-data, README, "daily" and "monthly" file names.</remarks>
/// <param name="Symbol">The pair before the kind.</param>
/// <param name="Format">The kind.</param>
/// <param name="Interval">The kline interval as written; also one that we do not build (3m, 1mo).</param>
/// <param name="Covers">The day or month, UTC.</param>
internal readonly record struct TapeName(Symbol? Symbol, TapeFormat? Format, string? Interval, TapeCoverage? Covers)
{
    private static readonly string[] Intervals =
        ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1mo"];

    /// <summary>Reads a name; a path before it is ignored.</summary>
    public static TapeName Parse(string path)
    {
        var parts = Path.GetFileName(path).Split('-', '.');
        for (var i = 1; i < parts.Length; i++)
        {
            TapeFormat? format = parts[i] switch
            {
                "trades" => TapeFormat.Trades,
                "aggTrades" => TapeFormat.AggregateTrades,
                _ when Intervals.Contains(parts[i], StringComparer.Ordinal) => TapeFormat.Klines,
                _ => null,
            };
            if (format is not null)
            {
                Symbol? symbol = Domain.Trades.Symbol.IsPlausible(parts[i - 1]) ? new Symbol(parts[i - 1]) : null;
                return new TapeName(symbol, format, format == TapeFormat.Klines ? parts[i] : null, Coverage(parts.AsSpan(i + 1)));
            }
        }

        return default;
    }

    private static TapeCoverage? Coverage(ReadOnlySpan<string> parts)
    {
        if (parts.Length < 2 || !TryNumber(parts[0], 4, 2017, 2099, out var year) || !TryNumber(parts[1], 2, 1, 12, out var month))
        {
            return null;
        }

        if (parts.Length < 3 || !TryNumber(parts[2], 2, 1, DateTime.DaysInMonth(year, month), out var day))
        {
            var first = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
            return new TapeCoverage(Micros.From(first), Micros.From(first.AddMonths(1)));
        }

        var date = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero);
        return new TapeCoverage(Micros.From(date), Micros.From(date.AddDays(1)));
    }

    private static bool TryNumber(string text, int digits, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.Length == digits && number >= least && number <= most;

    /// <summary>The names of the intervals that we build, for error messages.</summary>
    public static string KnownIntervals { get; } = string.Join(", ", CandleInterval.All.Select(interval => interval.Name));
}
