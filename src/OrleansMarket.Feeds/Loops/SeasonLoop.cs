using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Loops;

/// <summary>
/// Keeps the seasonal baseline of volume spikes: the last four weeks of whole UTC days, minute by minute. What is not stored is read from the
/// exchange's klines, newest day first, from the smallest share of the request budget; each day that was read is stored and remembered, so that
/// neither an interruption nor a restart reads it again. Every day the newest joins and the oldest leaves.
/// </summary>
public sealed partial class SeasonLoop(
    IEngines engines, IExchange exchange, ICandleStore candles, ISettingsStore settings, TimeProvider clock, ILogger<SeasonLoop> logger, JobLog jobs)
{
    private const string Job = "seasonal-baseline";
    private const int MinutesPerDay = 1_440;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    // Baselines are handed out again, for an engine may have been started anew; one that holds it already does nothing.
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(15);

    // A day counts when its last minutes are sure to be in the exchange's klines, and our own candles of it are stored.
    private const long SettleMicros = 10 * Micros.PerMinute;

    private readonly Dictionary<Symbol, Known> _known = [];
    private DateTimeOffset _notBefore;

    /// <summary>Keeps the baselines until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await jobs.RunAsync(Job, clock, outcome => KeepAsync(outcome, cancellationToken), cancellationToken);
        await jobs.RepeatAsync(Job, Period, clock, outcome => KeepAsync(outcome, cancellationToken), cancellationToken);
    }

    /// <summary>Reads what is missing, as far as the exchange lets us, and hands out what is whole.</summary>
    public async Task KeepAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var to = Micros.Floor(Micros.From(now) - SettleMicros, Micros.PerDay);
        foreach (var spec in engines.Symbols)
        {
            try
            {
                if (_known.TryGetValue(spec.Symbol, out var known) && known.ToMicros == to)
                {
                    if (now - known.HandedOut >= Again)
                    {
                        await HandOutAsync(spec, known with { HandedOut = now }, cancellationToken);
                    }
                }
                else if (now >= _notBefore)
                {
                    await ReadMissingAsync(spec, to, cancellationToken);
                    var season = await BuildAsync(spec, to, cancellationToken);
                    await HandOutAsync(spec, new Known(to, season, now), cancellationToken);
                    var minutes = season.Hours.Sum(hour => hour.Minutes);
                    LogKnown(logger, spec.Symbol, minutes);
                }
            }
            catch (ExchangeUnavailableException exception)
            {
                outcome.Fail(exception.Message);
                _notBefore = now + (exception.RetryAfter ?? Pause);
                LogUnavailable(logger, spec.Symbol, exception.Message);
            }
        }
    }

    private async Task HandOutAsync(SymbolSpec spec, Known known, CancellationToken cancellationToken)
    {
        await engines.SetSeasonAsync(spec.Symbol, known.Season, cancellationToken);
        _known[spec.Symbol] = known;
    }

    /// <summary>Brings every minute of the four weeks before an instant into the store, as far as the exchange knows it.</summary>
    private async Task ReadMissingAsync(SymbolSpec spec, long to, CancellationToken cancellationToken)
    {
        var from = to - HourOfWeekBaseline.LengthMicros;
        if (Parse(await settings.GetAsync(Name(spec), cancellationToken)) is not { } range || range.To < from || range.To > to)
        {
            range = (to, to);
        }

        for (var day = range.To; day < to; day += Micros.PerDay)
        {
            await ReadDayAsync(spec, day, cancellationToken);
            range.To = day + Micros.PerDay;
            await RememberAsync(spec, range, cancellationToken);
        }

        for (var day = range.From - Micros.PerDay; day >= from; day -= Micros.PerDay)
        {
            await ReadDayAsync(spec, day, cancellationToken);
            range.From = day;
            await RememberAsync(spec, range, cancellationToken);
        }
    }

    /// <summary>Stores the exchange's minutes of a day of which we have none ourselves.</summary>
    private async Task ReadDayAsync(SymbolSpec spec, long day, CancellationToken cancellationToken)
    {
        var stored = (await ReadStoredAsync(spec, day, cancellationToken)).Select(minute => minute.OpenTimeMicros).ToHashSet();
        if (stored.Count < MinutesPerDay)
        {
            var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, day, day + Micros.PerDay, cancellationToken);
            await candles.AppendAsync(spec, [.. klines.Where(kline => kline.Status == CandleStatus.Verified && !stored.Contains(kline.OpenTimeMicros))], cancellationToken);
        }
    }

    private async Task<HourOfWeekBaseline> BuildAsync(SymbolSpec spec, long to, CancellationToken cancellationToken)
    {
        var minutes = new List<Candle>(28 * MinutesPerDay);
        for (var day = to - HourOfWeekBaseline.LengthMicros; day < to; day += Micros.PerDay)
        {
            minutes.AddRange(await ReadStoredAsync(spec, day, cancellationToken));
        }

        return HourOfWeekBaseline.From(spec, minutes);
    }

    private Task<IReadOnlyList<Candle>> ReadStoredAsync(SymbolSpec spec, long day, CancellationToken cancellationToken) =>
        candles.ReadAsync(spec, CandleInterval.OneMinute, day, day + Micros.PerDay, MinutesPerDay, cancellationToken);

    private Task RememberAsync(SymbolSpec spec, (long From, long To) read, CancellationToken cancellationToken) =>
        settings.SetAsync(Name(spec), string.Create(CultureInfo.InvariantCulture, $"{read.From}-{read.To}"), cancellationToken);

    private static string Name(SymbolSpec spec) => $"season.{spec.Symbol}";

    private static (long From, long To)? Parse(string? text) =>
        text?.Split('-') is [var first, var last]
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            ? (from, to)
            : null;

    /// <summary>A baseline that is whole.</summary>
    /// <param name="ToMicros">The end of its four weeks, µs.</param>
    /// <param name="Season">The baseline.</param>
    /// <param name="HandedOut">When the engine was last told.</param>
    private sealed record Known(long ToMicros, HourOfWeekBaseline Season, DateTimeOffset HandedOut);

    [LoggerMessage(EventId = 1244, Level = LogLevel.Information, Message = "Volume spikes of {Symbol} are judged by hour of the week, from {Minutes} minutes")]
    private static partial void LogKnown(ILogger logger, Symbol symbol, int minutes);

    [LoggerMessage(EventId = 1245, Level = LogLevel.Information, Message = "The klines for the seasonal baseline of {Symbol} wait: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, Symbol symbol, string reason);
}
