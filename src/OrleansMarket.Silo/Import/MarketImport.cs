using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Silo.Import;

/// <summary>The stores of a cluster.</summary>
internal sealed record ClusterStores(
    ISymbolSpecStore Specs, ICandleStore Candles, IWhaleStore Whales, IGapStore Gaps, IAlertStore Alerts, IDeadLetterStore Letters, IPortfolioStore Portfolios,
    IPriceStore Prices, EngineStorage Engines);

/// <summary>
/// Brings what a data folder holds into a cluster. What the cluster knows better it keeps, so that it may run again; engines come last, so that one that
/// was interrupted begins anew.
/// </summary>
/// <param name="from">The database of the folder.</param>
/// <param name="to">The cluster.</param>
/// <param name="engine">The engines' settings.</param>
/// <param name="people">Where to tell how it goes.</param>
internal sealed class MarketImport(MarketDatabase from, ClusterStores to, EngineOptions engine, TextWriter people)
{
    private const int Page = 5_000;
    private const int AlertPage = 1_000;

    private readonly ImportCounts _counts = new();

    /// <summary>Does it.</summary>
    /// <param name="withEngines">Whether engines go on in the cluster where the folder's stopped.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MarketStartException">An engine of the cluster is further than the folder's; nothing was written.</exception>
    public async Task<ImportCounts> RunAsync(bool withEngines, CancellationToken cancellationToken)
    {
        var known = await new SqliteSymbolSpecStore(from).LoadAllAsync(cancellationToken);
        var engines = withEngines ? await FindEnginesAsync(known.Values, cancellationToken) : [];
        var specs = known.Count == 0 ? known : await to.Specs.SaveAsync([.. known.Values], cancellationToken);
        _counts.Add("symbols", specs.Count);
        foreach (var spec in specs.Values.OrderBy(spec => spec.Symbol.Value, StringComparer.Ordinal))
        {
            await people.WriteLineAsync($"{spec.Symbol}: candles, whales, gaps");
            await CandlesAsync(spec, cancellationToken);
            await WhalesAsync(spec.Symbol, cancellationToken);
            await GapsAsync(spec.Symbol, cancellationToken);
        }

        await people.WriteLineAsync("alerts, rules, silences, dead letters, portfolios, last prices");
        await AlertsAsync(cancellationToken);
        await RulesAsync(cancellationToken);
        await LettersAsync(cancellationToken);
        await PortfoliosAsync(cancellationToken);
        await PricesAsync(cancellationToken);
        foreach (var (symbol, state) in engines)
        {
            await to.Engines.WriteAsync(symbol, state);
            _counts.Add("engines", 1);
        }

        return _counts;
    }

    private static string Mark(DeadLetter letter) => $"{letter.ReceivedTimeMicros} {letter.Reason} {Convert.ToHexString(SHA256.HashData(letter.Payload.Span))}";

    /// <summary>The engines to bring, unless one of the cluster's is further.</summary>
    private async Task<List<(Symbol Symbol, EngineState State)>> FindEnginesAsync(IEnumerable<SymbolSpec> specs, CancellationToken cancellationToken)
    {
        var states = new SqliteEngineStateStore(from);
        var engines = new List<(Symbol Symbol, EngineState State)>();
        foreach (var spec in specs)
        {
            if (await states.LoadAsync(spec.Symbol, cancellationToken) is not { } state)
            {
                continue;
            }

            var next = NextIdOf(spec, state);
            var there = await to.Engines.ReadAsync(spec.Symbol) is { } stored ? NextIdOf(spec, stored) : -1;
            if (there > next)
            {
                throw new MarketStartException(
                    $"import: expected a cluster whose engine of {spec.Symbol} is not further than trade {next - 1}, found it at {there - 1}: bring the rest with --without-engines");
            }

            if (there == next && next >= 0)
            {
                _counts.Add("engines", 0, 1);
            }
            else
            {
                engines.Add((spec.Symbol, state));
            }
        }

        return engines;
    }

    private long NextIdOf(SymbolSpec spec, EngineState state)
    {
        try
        {
            var session = new SymbolSession(spec, engine, SilentListener.Instance);
            session.Load(state);
            return session.Engine.NextId;
        }
        catch (InvalidDataException exception)
        {
            throw new MarketStartException($"import: the state of {spec.Symbol} cannot be read: {exception.Message}");
        }
    }

    private async Task CandlesAsync(SymbolSpec spec, CancellationToken cancellationToken)
    {
        var candles = new SqliteCandleStore(from);
        foreach (var interval in CandleInterval.All)
        {
            var next = 0L;
            while (await candles.ReadAsync(spec, interval, next, long.MaxValue, Page, cancellationToken) is { Count: > 0 } page)
            {
                await to.Candles.AppendAsync(spec, page, cancellationToken);
                _counts.Add("candles", page.Count);
                next = page[^1].OpenTimeMicros + 1;
            }
        }
    }

    private async Task WhalesAsync(Symbol symbol, CancellationToken cancellationToken)
    {
        var there = new List<(long First, long Last)>();
        string? cursor = null;
        do
        {
            var page = await to.Whales.ReadAsync(new WhaleQuery(symbol, null, null, null, AlertPage, cursor), cancellationToken);
            there.AddRange(page.Whales.Select(whale => (whale.FirstId, whale.LastId)));
            cursor = page.Next;
        }
        while (cursor is not null);

        var whales = new SqliteWhaleStore(from);
        var after = -1L;
        while (await whales.ReadSweepsAsync(symbol, after, AlertPage, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Sweep.FirstId;
            foreach (var scale in page.Where(whale => !there.Exists(known => known.First <= whale.Sweep.LastId && known.Last >= whale.Sweep.FirstId)).GroupBy(whale => whale.Spec))
            {
                await to.Whales.AppendAsync(scale.Key, [.. scale.Select(whale => whale.Sweep)], cancellationToken);
                _counts.Add("whales", scale.Count());
            }

            _counts.Add("whales", 0, page.Count(whale => there.Exists(known => known.First <= whale.Sweep.LastId && known.Last >= whale.Sweep.FirstId)));
        }
    }

    private async Task GapsAsync(Symbol symbol, CancellationToken cancellationToken)
    {
        // What is open the engine tells with its next save.
        var there = await to.Gaps.ReadAsync(symbol, int.MaxValue, cancellationToken);
        var gaps = (await new SqliteGapStore(from).ReadAsync(symbol, int.MaxValue, cancellationToken)).Where(gap => gap.Closed is not null).ToList();
        var missing = gaps.Where(gap => !there.Contains(gap)).ToList();
        await to.Gaps.SaveAsync(symbol, [.. there.Where(gap => gap.Closed is null)], missing, cancellationToken);
        _counts.Add("gaps", missing.Count, gaps.Count - missing.Count);
    }

    private async Task AlertsAsync(CancellationToken cancellationToken)
    {
        var alerts = new SqliteAlertStore(from);
        var keys = new List<AlertKey>();
        string? cursor = null;
        do
        {
            var page = await alerts.ReadAlertsAsync(new AlertQuery(null, null, null, AlertPage, cursor), cancellationToken);
            keys.AddRange(page.Alerts.Select(alert => AlertKey.TryParse(alert.Key, out var key) ? key : throw new InvalidDataException($"expected an alert's key, found '{alert.Key}'")));
            cursor = page.Next;
        }
        while (cursor is not null);

        // Oldest first: what waits keeps its order.
        keys.Reverse();
        foreach (var key in keys)
        {
            var records = await alerts.ReadAlertAsync(key, cancellationToken);
            var there = (await to.Alerts.FindRecordsAsync([.. records.Select(record => record.Id)], cancellationToken)).Select(record => record.Id).ToHashSet();
            await to.Alerts.CommitAsync(new AlertCommit([.. records.Where(record => !there.Contains(record.Id))], []), cancellationToken);
            _counts.Add("alert records", records.Count - there.Count, there.Count);
        }

        foreach (var message in await alerts.ReadMessagesAsync(DateTimeOffset.UnixEpoch, cancellationToken))
        {
            var entries = await alerts.ReadEntriesAsync(message.Id, cancellationToken);
            var there = (await to.Alerts.ReadEntriesAsync(message.Id, cancellationToken)).Select(entry => entry.Channel).ToHashSet();
            await to.Alerts.CommitAsync(new AlertCommit([], [.. entries.Where(entry => !there.Contains(entry.Channel))]), cancellationToken);
            _counts.Add("messages", entries.Count - there.Count, there.Count);
        }
    }

    private async Task RulesAsync(CancellationToken cancellationToken)
    {
        var alerts = new SqliteAlertStore(from);
        if (await alerts.ReadRulesAsync(cancellationToken) is { } rules)
        {
            var older = new List<AlertRule>();
            foreach (var rule in rules)
            {
                if (await to.Alerts.ReadLastVersionAsync(rule.Id, cancellationToken) < rule.Version)
                {
                    older.Add(rule);
                }
            }

            await to.Alerts.PutRulesAsync(older, cancellationToken);
            _counts.Add("rules", older.Count, rules.Count - older.Count);
        }

        var there = (await to.Alerts.ReadSilencesAsync(cancellationToken)).Select(silence => silence.Id).ToHashSet();
        foreach (var silence in await alerts.ReadSilencesAsync(cancellationToken))
        {
            if (there.Contains(silence.Id))
            {
                _counts.Add("silences", 0, 1);
                continue;
            }

            await to.Alerts.PutSilenceAsync(silence, cancellationToken);
            _counts.Add("silences", 1);
        }
    }

    private async Task LettersAsync(CancellationToken cancellationToken)
    {
        var letters = new SqliteDeadLetterStore(from, Options.Create(new RetentionOptions()));
        var there = new HashSet<string>();
        await foreach (var letter in AllAsync(to.Letters.ReadAsync, cancellationToken))
        {
            there.Add(Mark(letter));
        }

        var missing = new List<DeadLetter>();
        await foreach (var letter in AllAsync(letters.ReadAsync, cancellationToken))
        {
            if (there.Add(Mark(letter)))
            {
                missing.Add(letter);
            }
            else
            {
                _counts.Add("dead letters", 0, 1);
            }
        }

        missing.Reverse();
        foreach (var page in missing.Chunk(100))
        {
            await to.Letters.AppendAsync(page, cancellationToken);
            _counts.Add("dead letters", page.Length);
        }
    }

    private static async IAsyncEnumerable<DeadLetter> AllAsync(
        Func<DeadLetterReason?, long?, int, CancellationToken, Task<IReadOnlyList<DeadLetter>>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        while (await read(null, before, AlertPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var letter in page)
            {
                yield return letter;
            }

            before = page[^1].Id;
        }
    }

    private async Task PortfoliosAsync(CancellationToken cancellationToken)
    {
        var there = (await to.Portfolios.ReadAllAsync(cancellationToken)).ToDictionary(portfolio => portfolio.Name, portfolio => portfolio.Updated, StringComparer.Ordinal);
        foreach (var portfolio in await new SqlitePortfolioStore(from).ReadAllAsync(cancellationToken))
        {
            if (there.TryGetValue(portfolio.Name, out var updated) && updated >= portfolio.Updated)
            {
                _counts.Add("portfolios", 0, 1);
                continue;
            }

            await to.Portfolios.PutAsync(portfolio, int.MaxValue, cancellationToken);
            _counts.Add("portfolios", 1);
        }
    }

    private async Task PricesAsync(CancellationToken cancellationToken)
    {
        var there = (await to.Prices.LoadAsync(cancellationToken)).ToDictionary(price => price.Asset, price => price.Time, StringComparer.Ordinal);
        var prices = await new SqlitePriceStore(from).LoadAsync(cancellationToken);
        var newer = prices.Where(price => !there.TryGetValue(price.Asset, out var time) || time < price.Time).ToList();
        await to.Prices.SaveAsync(newer, cancellationToken);
        _counts.Add("last prices", newer.Count, prices.Count - newer.Count);
    }
}
