using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>
/// Daily closes from the exchange's 1-day klines, kept as candles: each start asks only for the days that have closed since, and without the
/// exchange what is kept still counts, at its age. Give it an exchange of audit priority: nothing here is urgent.
/// </summary>
public sealed partial class DailyKlineHistory(
    IExchange exchange, ICandleStore candles, ISymbolSpecStore specs, string venue, TimeProvider clock, ILogger<DailyKlineHistory> logger)
    : IDailyHistory, IDisposable
{
    private static readonly CandleInterval Day = CandleInterval.OneDay;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, (DailyCloses Closes, DateOnly Asked)> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, DailyCloses>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assets);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadAsync(assets, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<IReadOnlyDictionary<string, DailyCloses>> ReadAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        var last = DailyMoney.LastDay(clock.GetUtcNow());
        var answer = new Dictionary<string, DailyCloses>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var asset in assets)
        {
            if (DailyMoney.ClosesOf(asset) is { } money)
            {
                answer[asset] = money;
            }
            else if (_known.TryGetValue(asset, out var known) && known.Asked == last)
            {
                answer[asset] = known.Closes;
            }
            else
            {
                missing.Add(asset);
            }
        }

        if (missing.Count == 0)
        {
            return answer;
        }

        var (listed, trouble) = await FindSpecsAsync(missing, cancellationToken).ConfigureAwait(false);
        foreach (var asset in missing)
        {
            var pair = PairOf(asset);
            if (listed.TryGetValue(pair, out var spec))
            {
                (answer[asset], trouble) = await ReadAsync(asset, spec, last, trouble, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                answer[asset] = DailyMoney.AssumedClosesOf(asset)
                    ?? new DailyCloses { Asset = asset, Source = "", Problem = trouble ?? $"{venue} lists no {pair}" };
            }

            // What the exchange has answered stands until another day has closed; what it could not is asked again.
            if (trouble is null)
            {
                _known[asset] = (answer[asset], last);
            }
        }

        return answer;
    }

    private async Task<(IReadOnlyDictionary<Symbol, SymbolSpec> Specs, string? Trouble)> FindSpecsAsync(List<string> assets, CancellationToken cancellationToken)
    {
        try
        {
            var found = await exchange.GetSpecsAsync([.. assets.Select(PairOf)], cancellationToken).ConfigureAwait(false);
            return (found.Count == 0 ? found : await specs.SaveAsync([.. found.Values], cancellationToken).ConfigureAwait(false), null);
        }
        catch (ExchangeUnavailableException exception)
        {
            LogUnavailable(logger, venue, exception.Message);
            return (await specs.LoadAllAsync(cancellationToken).ConfigureAwait(false), Cannot(exception));
        }
    }

    private async Task<(DailyCloses Closes, string? Trouble)> ReadAsync(string asset, SymbolSpec spec, DateOnly last, string? trouble, CancellationToken cancellationToken)
    {
        var from = StartOf(last.AddDays(-IDailyHistory.Days));
        var to = StartOf(last.AddDays(1));
        var kept = await candles.ReadAsync(spec, Day, from, to, IDailyHistory.Days + 1, cancellationToken).ConfigureAwait(false);
        var days = kept.Where(IsSound).ToDictionary(candle => candle.OpenTimeMicros);
        if (trouble is null && FirstMissing(days, from, to) is { } first)
        {
            try
            {
                var asked = await exchange.GetKlinesAsync(spec, Day, first, to, cancellationToken).ConfigureAwait(false);
                var closed = asked.Where(kline => kline.Status == CandleStatus.Verified && kline.EndMicros <= to).ToArray();
                await candles.AppendAsync(spec, closed, cancellationToken).ConfigureAwait(false);
                foreach (var kline in closed)
                {
                    days.TryAdd(kline.OpenTimeMicros, kline);
                }

                LogRead(logger, spec.Symbol, closed.Length, days.Count);
            }
            catch (ExchangeUnavailableException exception)
            {
                LogUnavailable(logger, venue, exception.Message);
                trouble = Cannot(exception);
            }
        }

        return (new DailyCloses
        {
            Asset = asset,
            Source = $"{venue} 1d klines of {spec.Symbol}",
            Closes = [.. days.Values.Where(candle => candle.Close > 0).OrderBy(candle => candle.OpenTimeMicros).Select(candle => new DailyClose(DayOf(candle.OpenTimeMicros), spec.Price(candle.Close)))],
            Problem = trouble,
        }, trouble);
    }

    /// <summary>
    /// The first day to ask for, or <see langword="null"/>. Days before the first kept kline were asked for together with it: there are none. A day
    /// that we only know from trades of ours tells nothing of those before it.
    /// </summary>
    private static long? FirstMissing(Dictionary<long, Candle> days, long from, long to)
    {
        var day = days.Count == 0 ? from : days.Keys.Min();
        if (days.Count > 0 && day > from && !days[day].Flags.HasFlag(CandleFlags.FromExchange))
        {
            return from;
        }

        while (day < to && days.ContainsKey(day))
        {
            day += Day.LengthMicros;
        }

        return day < to ? day : null;
    }

    /// <summary>A candle whose close is that of the whole day: the exchange's own, or one of ours that misses nothing.</summary>
    private static bool IsSound(Candle candle) =>
        candle.Flags.HasFlag(CandleFlags.FromExchange)
        || (candle is { Status: CandleStatus.Complete or CandleStatus.Verified, MissingIds: 0 } && !candle.Flags.HasFlag(CandleFlags.Partial));

    private static string Cannot(ExchangeUnavailableException exception) => $"the exchange cannot be asked now ({exception.Message})";

    private static Symbol PairOf(string asset) => new(asset + DailyMoney.Quote);

    private static long StartOf(DateOnly day) => Micros.From(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    private static DateOnly DayOf(long micros) => DateOnly.FromDateTime(Micros.ToInstant(micros).UtcDateTime);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "{Symbol}: {Days} daily klines read, {Known} known")]
    private static partial void LogRead(ILogger logger, Symbol symbol, int days, int known);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Daily klines of {Venue} must wait: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string venue, string reason);
}
