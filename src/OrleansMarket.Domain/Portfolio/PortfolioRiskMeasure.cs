namespace OrleansMarket.Domain.Portfolio;

/// <summary>
/// Measures the risk of holdings by historical simulation: today's holdings are taken through the past days that all of them have in common.
/// The formulas and their sources stand at <see cref="DailyStatistics"/> and in docs/portfolio.md.
/// </summary>
public static class PortfolioRiskMeasure
{
    /// <summary>The daily returns that volatility and drawdown need.</summary>
    public const int NeededForVolatility = 30;

    /// <summary>The daily returns that value at risk needs: a year of weekdays, Basel's shortest observation period.</summary>
    public const int NeededForValueAtRisk = 250;

    /// <summary>The common daily returns that a correlation needs.</summary>
    public const int NeededForCorrelation = 60;

    // The last closed day ended at most a day ago; the exchange's kline of it may take a while.
    private static readonly TimeSpan OldestEnd = TimeSpan.FromHours(25);

    /// <summary>The risk of the holdings that have a price.</summary>
    /// <param name="worth">What they are worth.</param>
    /// <param name="histories">The daily closes of each asset.</param>
    /// <param name="now">Our clock.</param>
    public static PortfolioRisk Measure(PortfolioWorth worth, IReadOnlyDictionary<string, DailyCloses> histories, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(worth);
        ArgumentNullException.ThrowIfNull(histories);
        var lines = worth.Holdings.Where(line => line.Weight > 0).ToArray();
        var series = lines.Select(line => histories.GetValueOrDefault(line.Asset) ?? new DailyCloses { Asset = line.Asset, Source = "", Problem = $"no daily closes of {line.Asset}" }).ToArray();
        var moving = series.Where(closes => !closes.IsConstant).ToArray();
        var path = new DailyPath(moving);
        var basis = Basis(worth, series, path, now);
        var still = lines.Length == 0 ? "no holding has a price" : moving.Length == 0 ? "undefined: no holding moves against the dollar it is counted in" : null;
        var returns = path.Simulate(moving.Select(closes => lines.Single(line => line.Asset == closes.Asset).Weight!.Value).ToArray());
        var values = path.Value(
            moving.Select(closes => (double)lines.Single(line => line.Asset == closes.Asset).Quantity).ToArray(),
            series.Where(closes => closes.IsConstant).Sum(closes => (double)lines.Single(line => line.Asset == closes.Asset).Value!.Value));
        var fall = DailyStatistics.MaxDrawdown(values);
        var total = worth.Value.Usd ?? 0;
        var logReturns = returns.Where(r => r > -1).Select(r => Math.Log(1 + r)).ToArray();
        return new PortfolioRisk
        {
            ComputedAt = now,
            FirstDay = path.Days.Count == 0 ? null : path.Days[0],
            LastDay = path.Days.Count == 0 ? null : path.Days[^1],
            Volatility = Figure(NeededForVolatility, () => DailyStatistics.Volatility(logReturns), isAmount: false),
            ValueAtRisk95 = Figure(NeededForValueAtRisk, () => DailyStatistics.ValueAtRisk(returns, 0.95), isAmount: true),
            ValueAtRisk99 = Figure(NeededForValueAtRisk, () => DailyStatistics.ValueAtRisk(returns, 0.99), isAmount: true),
            MaxDrawdown = Figure(NeededForVolatility, () => fall.Fraction, isAmount: false),
            DrawdownPeak = HasDrawdown() ? path.Days[fall.Peak] : null,
            DrawdownTrough = HasDrawdown() ? path.Days[fall.Trough] : null,
            Correlations = Correlate(moving, now),
        };

        bool HasDrawdown() => still is null && returns.Count >= NeededForVolatility && fall.Fraction > 0;

        PortfolioFigure Figure(int needed, Func<double> compute, bool isAmount)
        {
            if (still is not null || returns.Count < needed)
            {
                return basis with { Needed = needed, Reason = still ?? path.WhyShort(needed) };
            }

            var ratio = compute();
            return basis with { Needed = needed, Ratio = ratio, Usd = isAmount ? Math.Round((decimal)ratio * total, 2) : null };
        }
    }

    private static PortfolioFigure Basis(PortfolioWorth worth, DailyCloses[] series, DailyPath path, DateTimeOffset now)
    {
        var end = path.LastEnd;
        return new PortfolioFigure
        {
            Samples = path.ReturnCount,
            Sources = [.. series.Select(closes => closes.Source).Concat(worth.Value.Sources).Where(source => source.Length > 0).Distinct().Order(StringComparer.Ordinal)],
            AsOf = end is { } day && worth.Value.AsOf is { } price ? (day < price ? day : price) : end ?? worth.Value.AsOf,
            IsStale = worth.Value.IsStale || (end is { } last && now - last > OldestEnd),
            Reason = worth.Value.Reason,
        };
    }

    private static List<PairCorrelation> Correlate(DailyCloses[] moving, DateTimeOffset now)
    {
        var pairs = new List<PairCorrelation>();
        for (var i = 0; i < moving.Length; i++)
        {
            for (var j = i + 1; j < moving.Length; j++)
            {
                pairs.Add(new PairCorrelation(moving[i].Asset, moving[j].Asset, Correlate(moving[i], moving[j], now)));
            }
        }

        return pairs;
    }

    private static PortfolioFigure Correlate(DailyCloses first, DailyCloses second, DateTimeOffset now)
    {
        var path = new DailyPath([first, second]);
        var ratio = path.ReturnCount < NeededForCorrelation ? null : DailyStatistics.Correlation(path.LogReturns(0), path.LogReturns(1));
        return new PortfolioFigure
        {
            Ratio = ratio,
            Samples = path.ReturnCount,
            Needed = NeededForCorrelation,
            Sources = [.. new[] { first.Source, second.Source }.Where(source => source.Length > 0).Distinct()],
            AsOf = path.LastEnd,
            IsStale = path.LastEnd is { } end && now - end > OldestEnd,
            Reason = path.ReturnCount < NeededForCorrelation ? path.WhyShort(NeededForCorrelation) : ratio is null ? "undefined: one of them never moved" : null,
        };
    }
}
