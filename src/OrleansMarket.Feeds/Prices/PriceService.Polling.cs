using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <content>What asks the sources, each at its own pace, and shares and keeps what they say.</content>
public sealed partial class PriceService
{
    /// <summary>The name of the job that decides and keeps every price.</summary>
    public const string RefreshJob = "market_data.fetch_btc_price_realtime";

    private static readonly TimeSpan ShareInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, LastKnownPrice> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ((decimal? Price, PriceQuality Quality, DateTimeOffset? Time) State, DateTimeOffset At)> _published = new(StringComparer.Ordinal);
    private bool _polls;

    /// <inheritdoc/>
    public IReadOnlyList<PeriodicJob> Jobs { get; }

    /// <inheritdoc/>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _published.Clear();
        Volatile.Write(ref _polls, true);
        foreach (var runner in _runners)
        {
            await runner.RestoreAsync(cancellationToken).ConfigureAwait(false);
        }

        await RestoreAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void End() => Volatile.Write(ref _polls, false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PriceBasis>> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assets);
        if (Read(assets).Cold is { Count: > 0 } cold)
        {
            await AskSourcesAsync(cold, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            return [.. assets.Append(PriceQuote.Usdt).Distinct().Select(_book.Describe)];
        }
    }

    /// <inheritdoc/>
    public PriceStatus Describe() => new(_options.PriceDeviationThreshold, [.. _runners.Select(runner => runner.Describe())], _caches.Describe());

    private IEnumerable<PeriodicJob> DescribeJobs()
    {
        foreach (var runner in _runners)
        {
            yield return new PeriodicJob($"prices-{runner.Profile.Name}", runner.Profile.PollInterval, StartsAtOnce: true, async (outcome, token) =>
            {
                await runner.AskAsync(Watched()).WaitAsync(token).ConfigureAwait(false);
                outcome.Fail(runner.Error);
            });
        }

        if (_shared is not null)
        {
            yield return new PeriodicJob("prices-share", ShareInterval, StartsAtOnce: false, ShareAsync);
        }

        yield return new PeriodicJob(RefreshJob, _options.RefreshInterval, StartsAtOnce: false, RefreshAsync);
    }

    private async Task RepeatAsync(PeriodicJob job, CancellationToken cancellationToken)
    {
        if (job.StartsAtOnce)
        {
            await _jobs.RunAsync(job.Name, _clock, outcome => job.RunAsync(outcome, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await _jobs.RepeatAsync(job.Name, job.Period, _clock, outcome => job.RunAsync(outcome, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Asks every source at once, once for all who wait, and waits for a moment at most. Until then nobody else takes what came first for all that there is.
    /// </summary>
    private async Task AskSourcesAsync(IReadOnlyList<string> assets, CancellationToken cancellationToken)
    {
        string[] begun;
        lock (_gate)
        {
            begun = [.. assets.Where(_asking.Add)];
        }

        try
        {
            var asking = Task.WhenAll(_runners.Select(runner => runner.AskAsync([.. assets, PriceQuote.Usdt])));
            await asking.WaitAsync(_options.ColdReadPatience, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (_gate)
            {
                _asking.ExceptWith(begun);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Shares the prices that have changed, and the others before the cache forgets them.</summary>
    private async Task ShareAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        var (now, watched) = (_clock.GetUtcNow(), Watched());
        foreach (var old in _published.Keys.Except(watched).ToArray())
        {
            _published.Remove(old);
        }

        List<SharedPrice> due = [];
        lock (_gate)
        {
            foreach (var asset in watched.Where(asset => !_asking.Contains(asset)))
            {
                var price = _book.Decide(asset, now);
                var isNews = !_published.TryGetValue(asset, out var published) || published.State != (price.Price, price.Quality, price.Time);
                if (isNews || now - published.At >= _options.FreshFor / 2)
                {
                    due.Add(new SharedPrice(price, _book.Describe(asset), isNews));
                }
            }
        }

        if (due.Count == 0)
        {
            return;
        }

        try
        {
            await _shared!.PublishAsync(due, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            outcome.Fail(exception.Message);
            return;
        }

        foreach (var (price, _, _) in due)
        {
            _published[price.Asset] = ((price.Price, price.Quality, price.Time), now);
        }
    }

    /// <summary>Decides every price, keeps those that are fresh, and fails when bitcoin's (or the first asset's) is not.</summary>
    private async Task RefreshAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        var main = Assets.Contains(PriceInstruments.Bitcoin) ? PriceInstruments.Bitcoin : Assets[0];
        var prices = Decide(Watched());
        List<LastKnownPrice> news = [];
        lock (_gate)
        {
            foreach (var price in prices)
            {
                if (_book.LastKnown(price.Asset) is { } known && _kept.GetValueOrDefault(price.Asset) != known)
                {
                    news.Add(known);
                }

                if (price.Asset == main && price.IsStale)
                {
                    outcome.Fail($"{price.Asset}: {price.Note}");
                }
            }
        }

        if (_store is null || news.Count == 0)
        {
            return;
        }

        try
        {
            await _store.SaveAsync(news, cancellationToken).ConfigureAwait(false);
            foreach (var price in news)
            {
                _kept[price.Asset] = price;
            }
        }
        catch (Exception exception) when (!exception.IsStop(cancellationToken))
        {
            // They stay in memory, and the next round stores what is newest then.
            outcome.Fail($"last known prices could not be stored: {exception.Message}");
            LogNotKept(_logger, exception.Message);
        }
    }

    [LoggerMessage(EventId = 1411, Level = LogLevel.Warning, Message = "Last known prices could not be stored and are tried again: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string reason);
}
