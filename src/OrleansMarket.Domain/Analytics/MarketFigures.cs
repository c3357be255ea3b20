namespace OrleansMarket.Domain.Analytics;

/// <summary>Every figure of one symbol at the settled time.</summary>
public sealed record MarketFigures
{
    /// <summary>Gets price changes by window name (1m, 5m, 1h, 24h), percent.</summary>
    public required IReadOnlyDictionary<string, Figure> PriceChangePercent { get; init; }

    /// <summary>Gets the volatility figures.</summary>
    public required VolatilityFigures Volatility { get; init; }

    /// <summary>Gets taker flow by window (1m, 5m, 1h).</summary>
    public required IReadOnlyList<FlowFigures> Flow { get; init; }

    /// <summary>Gets the volume spike of the last complete minute.</summary>
    public required SpikeFigures Spike { get; init; }

    /// <summary>Gets how whales are told from the rest.</summary>
    public required WhaleFigures Whale { get; init; }

    /// <summary>Gets the USD rate in force for the quote asset, or <see langword="null"/> when none is known.</summary>
    public UsdRate? QuoteUsdRate { get; init; }
}

/// <summary>Volatilities, all annualised fractions (0.5 = 50 % a year).</summary>
/// <param name="Realised5m">√Σr² of 1-second returns over 5 minutes; noisy.</param>
/// <param name="Realised1h">√Σr² of 1-minute returns over 1 h.</param>
/// <param name="Realised24h">√Σr² of 1-minute returns over 24 h.</param>
/// <param name="CloseToClose1h">Sample deviation (n−1) of 1-minute returns over 1 h.</param>
/// <param name="CloseToClose24h">Sample deviation (n−1) of 1-minute returns over 24 h.</param>
/// <param name="Ewma">Exponentially weighted, λ 0.94 per minute.</param>
/// <param name="CarriedMinutes24h">Minutes without trades among the last 1,440.</param>
public sealed record VolatilityFigures(
    Figure Realised5m, Figure Realised1h, Figure Realised24h, Figure CloseToClose1h, Figure CloseToClose24h, Figure Ewma, int CarriedMinutes24h);

/// <summary>Taker flow over one window.</summary>
/// <param name="Window">1m, 5m or 1h.</param>
/// <param name="TakerBuyVolume">Base units bought by takers.</param>
/// <param name="TakerSellVolume">Base units sold by takers.</param>
/// <param name="BuyShare">Bought over both, 0 to 1.</param>
/// <param name="BuySellRatio">Bought over sold; undefined when nothing was sold.</param>
public sealed record FlowFigures(string Window, decimal TakerBuyVolume, decimal TakerSellVolume, Figure BuyShare, Figure BuySellRatio);

/// <summary>The last complete minute's quote volume against the previous 1,440.</summary>
/// <param name="ZScore">Robust z of ln(1 + quote volume).</param>
/// <param name="QuoteVolume">The minute's quote volume, quote units.</param>
/// <param name="MedianQuoteVolume">The baseline's median, quote units.</param>
/// <param name="ActiveMinutes">Minutes with trades in the baseline.</param>
public sealed record SpikeFigures(Figure ZScore, double QuoteVolume, double MedianQuoteVolume, int ActiveMinutes)
{
    /// <summary>Gets whether the baseline is the same hour of the week over four weeks instead of the previous 1,440 minutes.</summary>
    public bool IsSeasonal { get; init; }
}

/// <summary>How whales are told from the rest. An estimate: the exchange does not publish order ids.</summary>
/// <param name="Threshold">Notional from which a sweep is a whale.</param>
/// <param name="Unit">USD, or the quote asset when no rate is known.</param>
/// <param name="Sweeps">Sweeps the quantile rests on.</param>
/// <param name="IsFloor">Whether the floor decided rather than the quantile.</param>
public sealed record WhaleFigures(double Threshold, string Unit, int Sweeps, bool IsFloor);
