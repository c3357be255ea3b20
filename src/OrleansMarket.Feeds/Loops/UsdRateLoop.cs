using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Loops;

/// <summary>
/// Values quote assets in USD once a minute: by their measured price, else, for those that are not dollars (BTC of ETHBTC), by our own followed pair. A
/// stablecoin that nobody measures stays at what the engine assumes.
/// </summary>
public sealed class UsdRateLoop(IEngines engines, IPrices? prices, TimeProvider clock, JobLog jobs)
{
    private const string Job = "usd-rates";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Hands out rates until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await jobs.RunAsync(Job, clock, _ => HandOutAsync(cancellationToken), cancellationToken);
        await jobs.RepeatAsync(Job, Period, clock, _ => HandOutAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Hands out the rates of this moment.</summary>
    public async Task HandOutAsync(CancellationToken cancellationToken)
    {
        var assets = engines.Symbols.Select(spec => spec.QuoteAsset).Where(asset => AssetName.IsPlausible(asset) && asset != PriceQuote.Usd).Distinct().ToArray();
        IReadOnlyList<AssetPrice> measured = prices is null ? [] : await prices.GetAsync([.. assets.Take(IPrices.MostAssets)], cancellationToken);
        foreach (var asset in assets)
        {
            if ((measured.FirstOrDefault(price => price.Asset == asset)?.ToRate() ?? await RateOfOwnPairAsync(asset, cancellationToken)) is { } rate)
            {
                await engines.OnRateAsync(rate, cancellationToken);
            }
        }
    }

    private async Task<UsdRate?> RateOfOwnPairAsync(string asset, CancellationToken cancellationToken)
    {
        var pair = engines.Symbols.FirstOrDefault(spec => spec.BaseAsset == asset && UsdRate.IsAssumedStable(spec.QuoteAsset));
        if (pair is null || UsdRate.IsAssumedStable(asset))
        {
            return null;
        }

        var line = (await engines.ReportAsync(pair.Symbol, Micros.From(clock.GetUtcNow()), cancellationToken)).Overview;
        return line is { LastPrice: { } price, LastTradeTime: { } time } ? new UsdRate(asset, (double)price, Micros.From(time), pair.Symbol.Value) : null;
    }
}
