using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Values quote assets that are not dollars (BTC of ETHBTC) by our own followed pair, once a minute.</summary>
internal sealed class UsdRateLoop(EngineRouter router, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Hands out rates until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            foreach (var asset in router.Symbols.Select(spec => spec.QuoteAsset).Where(asset => asset.Length > 0 && !UsdRate.IsAssumedStable(asset)).Distinct())
            {
                if (await RateOfAsync(asset, cancellationToken) is { } rate)
                {
                    await router.OnRateAsync(rate, cancellationToken);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<UsdRate?> RateOfAsync(string asset, CancellationToken cancellationToken)
    {
        var lane = router.Lanes.FirstOrDefault(lane => lane.Spec.BaseAsset == asset && UsdRate.IsAssumedStable(lane.Spec.QuoteAsset));
        if (lane is null)
        {
            return null;
        }

        var (price, time) = await lane.AskAsync(session => (session.Engine.LastPrice, session.Engine.LastTradeMicros), cancellationToken);
        return price > 0 ? new UsdRate(asset, (double)lane.Spec.Price(price), time, lane.Spec.Symbol.Value) : null;
    }
}
