using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Loops;

/// <summary>Values quote assets that are not dollars (BTC of ETHBTC) by our own followed pair, once a minute.</summary>
public sealed class UsdRateLoop(IEngines engines, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Hands out rates until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            foreach (var asset in engines.Symbols.Select(spec => spec.QuoteAsset).Where(asset => asset.Length > 0 && !UsdRate.IsAssumedStable(asset)).Distinct())
            {
                if (await RateOfAsync(asset, cancellationToken) is { } rate)
                {
                    await engines.OnRateAsync(rate, cancellationToken);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<UsdRate?> RateOfAsync(string asset, CancellationToken cancellationToken)
    {
        var pair = engines.Symbols.FirstOrDefault(spec => spec.BaseAsset == asset && UsdRate.IsAssumedStable(spec.QuoteAsset));
        if (pair is null)
        {
            return null;
        }

        var line = (await engines.ReportAsync(pair.Symbol, Micros.From(clock.GetUtcNow()), cancellationToken)).Overview;
        return line is { LastPrice: { } price, LastTradeTime: { } time } ? new UsdRate(asset, (double)price, Micros.From(time), pair.Symbol.Value) : null;
    }
}
