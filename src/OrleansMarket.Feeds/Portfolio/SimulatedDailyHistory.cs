using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>Daily closes of the simulated market: the last simulated trade of each day. They say that they are simulated.</summary>
public sealed class SimulatedDailyHistory(SimulatorOptions options, TimeProvider clock) : IDailyHistory
{
    // Its own market: walking through 500 days would drive the plans of the running day out of the one that trades.
    private readonly SimulatedMarket _market = new(options);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DailyCloses Closes, DateOnly Last)> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DailyCloses>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assets);
        var last = DailyMoney.LastDay(clock.GetUtcNow());
        return Task.Run<IReadOnlyDictionary<string, DailyCloses>>(
            () => assets.Distinct().ToDictionary(asset => asset, asset => DailyMoney.ClosesOf(asset) ?? Get(asset, last, cancellationToken)), cancellationToken);
    }

    private DailyCloses Get(string asset, DateOnly last, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(asset, out var known) || known.Last != last)
            {
                _known[asset] = known = (Make(asset, last, cancellationToken), last);
            }

            return known.Closes;
        }
    }

    private DailyCloses Make(string asset, DateOnly last, CancellationToken cancellationToken)
    {
        var model = _market[new Symbol(asset + DailyMoney.Quote)];
        var closes = new List<DailyClose>();
        for (var day = last.AddDays(-IDailyHistory.Days); day <= last; day = day.AddDays(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Micros.From(new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
            if (end > MarketModel.StartMicros && model.Newest(end - 1, 1) is [var trade])
            {
                closes.Add(new DailyClose(day, model.Spec.Price(trade.Price)));
            }
        }

        return new DailyCloses { Asset = asset, Source = $"SIMULATED ({options.MarketName})", Closes = closes };
    }
}
