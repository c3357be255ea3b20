using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>
/// Answers what people ask of portfolios. A valued portfolio is kept for <see cref="PortfolioOptions.ValueLifetime"/>, its risk figures for
/// <see cref="PortfolioOptions.RiskLifetime"/>; whoever comes meanwhile waits for the one computation. Ages are counted to the moment of the answer.
/// </summary>
public sealed class PortfolioDesk : IPortfolios
{
    /// <summary>The name of the cache of values in metrics and API.</summary>
    public const string ValueCache = "portfolio";

    /// <summary>The name of the cache of risk figures in metrics and API.</summary>
    public const string RiskCache = "risk_metrics";

    private readonly IPortfolioStore _store;
    private readonly IPrices _prices;
    private readonly IDailyHistory _history;
    private readonly CacheCounters _counters;
    private readonly TimeProvider _clock;
    private readonly PortfolioOptions _options;
    private readonly IReadOnlyDictionary<string, PortfolioHoldings> _file;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Builds the desk and reads the file of <see cref="PortfolioOptions.File"/>.</summary>
    /// <exception cref="PortfolioFileException">The file cannot be used.</exception>
    public PortfolioDesk(
        IPortfolioStore store, IPrices prices, IDailyHistory history, CacheCounters counters, IOptions<PortfolioOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _prices, _history, _counters, _clock, _options) = (store, prices, history, counters, clock, options.Value);
        _file = _options.File is { Length: > 0 } path ? PortfolioFile.Read(path, clock.GetUtcNow()) : new Dictionary<string, PortfolioHoldings>();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PortfolioHoldings>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return [.. _file.Values.Concat(stored.Where(portfolio => !_file.ContainsKey(portfolio.Name))).OrderBy(portfolio => portfolio.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<PortfolioView?> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } portfolio)
        {
            _entries.TryRemove(name, out _);
            return null;
        }

        // What was removed elsewhere may still be here; it is only a cache.
        if (_entries.Count > _file.Count + PortfolioValidator.MaxPortfolios)
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd(name, static _ => new Entry());
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ViewAsync(portfolio, entry, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<PortfolioChange> PutAsync(string name, IReadOnlyList<Holding> holdings, CancellationToken cancellationToken)
    {
        var portfolio = new PortfolioHoldings { Name = name, Holdings = holdings, Origin = PortfolioOrigin.Api, Updated = _clock.GetUtcNow() };
        if (PortfolioValidator.Validate(portfolio) is { Count: > 0 } problems)
        {
            return new PortfolioChange { Problems = problems };
        }

        if (_file.ContainsKey(name))
        {
            return new PortfolioChange { Conflict = $"expected a portfolio that the API keeps, found '{name}' in the file named by Portfolio:File" };
        }

        portfolio = portfolio.Normalised();
        return await _store.PutAsync(portfolio, PortfolioValidator.MaxPortfolios, cancellationToken).ConfigureAwait(false) switch
        {
            PortfolioWrite.Full => new PortfolioChange { Conflict = $"expected at most {PortfolioValidator.MaxPortfolios} portfolios, found as many already" },
            var write => new PortfolioChange { Stored = portfolio, IsNew = write == PortfolioWrite.Added },
        };
    }

    /// <inheritdoc/>
    public async Task<PortfolioRemoval> RemoveAsync(string name, CancellationToken cancellationToken) =>
        _file.ContainsKey(name) ? PortfolioRemoval.FromFile
        : await _store.RemoveAsync(name, cancellationToken).ConfigureAwait(false) ? PortfolioRemoval.Removed
        : PortfolioRemoval.Unknown;

    private async Task<PortfolioHoldings?> FindAsync(string name, CancellationToken cancellationToken) =>
        _file.TryGetValue(name, out var fixedOne)
            ? fixedOne
            : (await _store.ReadAllAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(portfolio => portfolio.Name == name);

    private async Task<PortfolioView> ViewAsync(PortfolioHoldings portfolio, Entry entry, CancellationToken cancellationToken)
    {
        if (entry.Updated != portfolio.Updated)
        {
            (entry.Worth, entry.Risk, entry.Updated) = (null, null, portfolio.Updated);
        }

        var now = _clock.GetUtcNow();
        var hit = entry.Worth is { } known && now - known.ComputedAt < _options.ValueLifetime;
        _counters.Record(ValueCache, hit);
        if (!hit)
        {
            var prices = await PricesAsync(portfolio.Holdings, cancellationToken).ConfigureAwait(false);
            now = _clock.GetUtcNow();
            entry.Worth = PortfolioValuation.Value(portfolio.Holdings, prices, now);
        }

        // Measured without a price of some holding, risk is measured anew as soon as there is one.
        var priced = entry.Worth!.Holdings.Count(holding => holding.Value is not null);
        hit = entry.Risk is { } measured && now - measured.ComputedAt < _options.RiskLifetime && entry.Priced == priced;
        _counters.Record(RiskCache, hit);
        if (!hit)
        {
            var histories = await _history.GetAsync([.. portfolio.Holdings.Select(holding => holding.Asset)], cancellationToken).ConfigureAwait(false);
            now = _clock.GetUtcNow();
            (entry.Risk, entry.Priced) = (PortfolioRiskMeasure.Measure(entry.Worth!, histories, now), priced);
        }

        return new PortfolioView { Name = portfolio.Name, Origin = portfolio.Origin, Updated = portfolio.Updated, Worth = entry.Worth!, Risk = entry.Risk! }.Aged(_clock.GetUtcNow());
    }

    private async Task<IReadOnlyDictionary<string, UnitPrice>> PricesAsync(IReadOnlyList<Holding> holdings, CancellationToken cancellationToken)
    {
        string[] assets = [.. holdings.Select(holding => holding.Asset).Where(asset => asset != UnitPrice.Dollar)];
        var answer = assets.Length == 0 ? [] : await _prices.GetAsync(assets, cancellationToken).ConfigureAwait(false);
        var prices = answer.ToDictionary(price => price.Asset, UnitPrice.From);
        prices[UnitPrice.Dollar] = UnitPrice.Cash;
        return prices;
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public DateTimeOffset Updated { get; set; }

        public PortfolioWorth? Worth { get; set; }

        public PortfolioRisk? Risk { get; set; }

        /// <summary>Gets or sets how many holdings had a price when risk was measured.</summary>
        public int Priced { get; set; }
    }
}
