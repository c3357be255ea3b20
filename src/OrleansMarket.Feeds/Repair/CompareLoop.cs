using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// Compares complete 1-minute candles with the exchange's own klines, field by field, in batches, within ten minutes. A kline that differs is first
/// asked again, for the exchange's answers lag; then the minute's trades are read again and the candle is made anew; only what differs even
/// then is flagged.
/// </summary>
public sealed partial class CompareLoop(
    IEngines engines, IExchange exchange, IGapRepairer repairer, ICandleStore candles, TimeProvider clock, ILogger<CompareLoop> logger, JobLog jobs)
{
    /// <summary>How often the trades of one minute are read again before its candle counts as mismatched.</summary>
    public const int MostRereads = 2;

    private const int DoubtsBeforeReread = 2;
    private const int BatchEvery = 6;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    // The exchange's own kline settles a moment after its window.
    private const long SettleMicros = 5 * Micros.PerSecond;

    // What one request for klines answers.
    private const long NearMicros = 1_000 * Micros.PerMinute;

    private readonly Dictionary<(Symbol Symbol, long Open), Doubt> _doubts = [];

    /// <summary>Gets why the last comparison has to wait, or <see langword="null"/> when it has not.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets how many candles were found equal.</summary>
    public long Verified { get; private set; }

    /// <summary>Gets how many candles differed for good.</summary>
    public long Mismatched { get; private set; }

    /// <summary>Gets how many minutes were read again and made anew.</summary>
    public long Rebuilt { get; private set; }

    /// <summary>Compares until cancelled: everything every two minutes, what is in doubt every 20 s.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        var turn = 0;
        return jobs.RepeatAsync("comparison", Period, clock, async outcome =>
        {
            if (++turn % BatchEvery == 0)
            {
                await CompareAsync(cancellationToken);
            }
            else if (_doubts.Count > 0)
            {
                await CompareAsync((symbol, open) => _doubts.ContainsKey((symbol, open)), cancellationToken);
            }

            outcome.Fail(Error);
        }, cancellationToken);
    }

    /// <summary>Compares what is complete now.</summary>
    public Task CompareAsync(CancellationToken cancellationToken) => CompareAsync((_, _) => true, cancellationToken);

    private async Task CompareAsync(Func<Symbol, long, bool> wanted, CancellationToken cancellationToken)
    {
        Error = null;
        var settled = Micros.From(clock.GetUtcNow()) - SettleMicros;
        foreach (var spec in engines.Symbols)
        {
            var progress = await engines.GetProgressAsync(spec.Symbol, cancellationToken);
            var comparable = await AddSuspectsAsync(spec, progress, cancellationToken);
            Forget(spec.Symbol, comparable);
            var ours = comparable.Where(candle => candle.EndMicros <= settled && wanted(spec.Symbol, candle.OpenTimeMicros)).ToArray();
            if (ours.Length == 0)
            {
                continue;
            }

            try
            {
                foreach (var near in Near(ours))
                {
                    var theirs = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, near[0].OpenTimeMicros, near[^1].EndMicros, cancellationToken);
                    await CompareAsync(spec, near, theirs.ToDictionary(candle => candle.OpenTimeMicros), cancellationToken);
                }
            }
            catch (ExchangeUnavailableException exception)
            {
                Error = exception.Message;
                LogUnavailable(logger, spec.Symbol, exception.Message);
                return;
            }
        }
    }

    /// <summary>With the stored candles of minutes for which a trade came too late, however old they are; by time.</summary>
    private async Task<IReadOnlyList<Candle>> AddSuspectsAsync(SymbolSpec spec, EngineProgress progress, CancellationToken cancellationToken)
    {
        if (progress.Suspect.Count == 0)
        {
            return progress.Complete;
        }

        var all = progress.Complete.ToDictionary(candle => candle.OpenTimeMicros);
        foreach (var open in progress.Suspect.Where(open => !all.ContainsKey(open)))
        {
            foreach (var stored in await candles.ReadAsync(spec, CandleInterval.OneMinute, open, open + Micros.PerMinute, 1, cancellationToken))
            {
                all.Add(open, stored);
            }
        }

        return [.. all.Values.OrderBy(candle => candle.OpenTimeMicros)];
    }

    /// <summary>Stretches that one request answers.</summary>
    private static IEnumerable<Candle[]> Near(Candle[] byTime)
    {
        var first = 0;
        for (var index = 1; index <= byTime.Length; index++)
        {
            if (index == byTime.Length || byTime[index].OpenTimeMicros - byTime[first].OpenTimeMicros >= NearMicros)
            {
                yield return byTime[first..index];
                first = index;
            }
        }
    }

    /// <summary>A minute that can no longer be compared is no longer in doubt.</summary>
    private void Forget(Symbol symbol, IReadOnlyList<Candle> comparable)
    {
        foreach (var key in _doubts.Keys.Where(key => key.Symbol == symbol && !comparable.Any(candle => candle.OpenTimeMicros == key.Open)).ToArray())
        {
            _doubts.Remove(key);
        }
    }

    private async Task CompareAsync(SymbolSpec spec, Candle[] ours, Dictionary<long, Candle> theirs, CancellationToken cancellationToken)
    {
        foreach (var candle in ours)
        {
            if (!theirs.TryGetValue(candle.OpenTimeMicros, out var kline))
            {
                continue;
            }

            var key = (spec.Symbol, candle.OpenTimeMicros);
            if (candle.EqualsKline(in kline))
            {
                _doubts.Remove(key);
                Verified++;
                await engines.MarkComparedAsync(spec.Symbol, candle, null, cancellationToken);
            }
            else if (!await ReadAgainAsync(spec, candle, kline, Doubts(key), cancellationToken))
            {
                var difference = Describe(spec, in candle, in kline, _doubts[key]);
                _doubts.Remove(key);
                Mismatched++;
                await engines.MarkComparedAsync(spec.Symbol, candle, difference, cancellationToken);
                LogMismatch(logger, spec.Symbol, Micros.ToInstant(candle.OpenTimeMicros), difference);
            }
        }
    }

    private Doubt Doubts((Symbol, long) key)
    {
        var doubt = _doubts.GetValueOrDefault(key) ?? new Doubt();
        _doubts[key] = doubt;
        doubt.Times++;
        return doubt;
    }

    /// <summary>Does what is left to do about a difference; answers whether there was anything.</summary>
    private async Task<bool> ReadAgainAsync(SymbolSpec spec, Candle candle, Candle kline, Doubt doubt, CancellationToken cancellationToken)
    {
        if (doubt.Times < DoubtsBeforeReread)
        {
            return true;
        }

        if (doubt.Rereads == MostRereads)
        {
            return false;
        }

        var next = await exchange.FindFirstIdAsync(spec, candle.EndMicros, cancellationToken);
        if (await exchange.FindFirstIdAsync(spec, candle.OpenTimeMicros, cancellationToken) is not { } first || next == first)
        {
            doubt.Rereads++;
            doubt.Note = "the exchange knows no trade of the minute";
            return true;
        }

        var count = (next ?? first + kline.TradeCount) - first;
        if (count != kline.TradeCount)
        {
            doubt.Note = string.Create(CultureInfo.InvariantCulture, $"the exchange's ids tell of {count} trades");
        }

        var minute = new Gap(new IdRange(first, first + count - 1), candle.OpenTimeMicros, candle.EndMicros, GapState.Open);
        var read = await repairer.RepairAsync(spec, [minute], (await engines.GetProgressAsync(spec.Symbol, cancellationToken)).NextId, cancellationToken);
        doubt.Rereads++;
        if (read.Outcomes is not [{ Remaining.Count: 0 }])
        {
            doubt.Note = read.Outcomes[0].Reason;
            return true;
        }

        var rebuild = new CandleRebuild(
            candle.OpenTimeMicros, [.. read.Prints.Where(print => print.TradeTimeMicros >= candle.OpenTimeMicros && print.TradeTimeMicros < candle.EndMicros)],
            await ReadStoredAsync(spec, candle, cancellationToken));
        if (await engines.RebuildAsync(spec.Symbol, rebuild, cancellationToken))
        {
            Rebuilt++;
            LogRebuilt(logger, spec.Symbol, Micros.ToInstant(candle.OpenTimeMicros), candle.TradeCount, rebuild.Prints.Sum(print => print.TradeCount));
        }

        return true;
    }

    private async Task<List<Candle>> ReadStoredAsync(SymbolSpec spec, Candle candle, CancellationToken cancellationToken)
    {
        // To the end of today, not of the minute's day: minutes without trades carry its close past midnight.
        var today = CandleInterval.OneDay.OpenOf(Math.Max(candle.OpenTimeMicros, Micros.From(clock.GetUtcNow())));
        var stored = new List<Candle>();
        foreach (var interval in CandleInterval.All)
        {
            var (from, to) = interval == CandleInterval.OneSecond
                ? (candle.OpenTimeMicros, candle.EndMicros)
                : (CandleInterval.OneDay.OpenOf(candle.OpenTimeMicros), today + Micros.PerDay);
            stored.AddRange(await candles.ReadAsync(spec, interval, from, to, (int)((to - from) / interval.LengthMicros), cancellationToken));
        }

        return stored;
    }

    private static string Describe(SymbolSpec spec, in Candle ours, in Candle kline, Doubt doubt)
    {
        var fields = new List<string>();
        Compare("trades", ours.TradeCount, kline.TradeCount);
        Compare("open", spec.Price(ours.Open), spec.Price(kline.Open));
        Compare("high", spec.Price(ours.High), spec.Price(kline.High));
        Compare("low", spec.Price(ours.Low), spec.Price(kline.Low));
        Compare("close", spec.Price(ours.Close), spec.Price(kline.Close));
        Compare("volume", spec.Quantity(ours.Volume), spec.Quantity(kline.Volume));
        Compare("taker buy volume", spec.Quantity(ours.TakerBuyVolume), spec.Quantity(kline.TakerBuyVolume));
        if ((ours.Flags & CandleFlags.QuoteApproximate) == 0)
        {
            Compare("quote volume", spec.Quote(ours.QuoteVolume), spec.Quote(kline.QuoteVolume));
            Compare("taker buy quote volume", spec.Quote(ours.TakerBuyQuoteVolume), spec.Quote(kline.TakerBuyQuoteVolume));
        }

        var note = doubt.Note is null ? "" : $"; {doubt.Note}";
        return string.Create(CultureInfo.InvariantCulture, $"after reading its trades again {doubt.Rereads} times: {string.Join(", ", fields)}{note}");

        void Compare(string name, decimal mine, decimal theirs)
        {
            if (mine != theirs)
            {
                fields.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {mine}, the exchange's {theirs}"));
            }
        }
    }

    /// <summary>What was done about a candle that differs.</summary>
    private sealed class Doubt
    {
        public int Times { get; set; }

        public int Rereads { get; set; }

        public string? Note { get; set; }
    }

    [LoggerMessage(EventId = 1221, Level = LogLevel.Warning, Message = "The 1-minute candle of {Symbol} at {OpenTime:O} differs from the exchange's own {Difference}")]
    private static partial void LogMismatch(ILogger logger, Symbol symbol, DateTimeOffset openTime, string difference);

    [LoggerMessage(EventId = 1222, Level = LogLevel.Information, Message = "Candles of {Symbol} wait to be compared: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, Symbol symbol, string reason);

    [LoggerMessage(EventId = 1223, Level = LogLevel.Warning, Message = "The minute {OpenTime:O} of {Symbol} differed from the exchange's own and was read again: {Before} trades before, {After} now")]
    private static partial void LogRebuilt(ILogger logger, Symbol symbol, DateTimeOffset openTime, long before, long after);
}
