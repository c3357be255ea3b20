namespace OrleansMarket.Domain.Portfolio;

/// <summary>Values holdings by today's prices.</summary>
public static class PortfolioValuation
{
    /// <summary>What the holdings are worth. A holding without a price counts for nothing, and every figure says that it is left out.</summary>
    /// <param name="holdings">Valid holdings.</param>
    /// <param name="prices">A price, or the reason for none, for each asset.</param>
    /// <param name="now">Our clock.</param>
    public static PortfolioWorth Value(IReadOnlyList<Holding> holdings, IReadOnlyDictionary<string, UnitPrice> prices, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(holdings);
        ArgumentNullException.ThrowIfNull(prices);
        var lines = holdings.Select(holding => Line(holding, prices.GetValueOrDefault(holding.Asset))).ToArray();
        var total = lines.Sum(line => line.Value) ?? 0;
        lines = [.. lines
            .Select(line => total > 0 && line.Value is { } value ? line with { Weight = (double)(value / total) } : line)
            .OrderByDescending(line => line.Value ?? -1).ThenBy(line => line.Asset, StringComparer.Ordinal)];
        var priced = lines.Where(line => line.Value is not null).ToArray();
        var changed = priced.Where(line => line.Change24h is not null).ToArray();
        var bought = priced.Where(line => line.ProfitLoss is not null).ToArray();
        var change = changed.Sum(line => line.Change24h) ?? 0;
        var before = (changed.Sum(line => line.Value) ?? 0) - change;
        var profit = bought.Sum(line => line.ProfitLoss) ?? 0;
        var cost = bought.Sum(line => line.CostBasis) ?? 0;
        return new PortfolioWorth
        {
            ComputedAt = now,
            Holdings = lines,
            Value = Figure(priced, lines, total, null, "no price"),
            Change24h = Figure(changed, lines, change, before > 0 ? (double)(change / before) : null, "no price of 24 hours ago"),
            ProfitLoss = Figure(bought, lines, profit, cost > 0 ? (double)(profit / cost) : null, "no price or no cost basis"),
        };
    }

    private static HoldingView Line(Holding holding, UnitPrice? price)
    {
        var value = holding.Quantity * price?.Usd;
        var before = price?.Change24hPercent is { } percent and > -99.9999 and < 1e9 ? value / (1 + ((decimal)percent / 100)) : null;
        var profit = value - holding.CostBasis;
        return new HoldingView
        {
            Asset = holding.Asset,
            Quantity = holding.Quantity,
            CostBasis = holding.CostBasis,
            Price = price?.Usd,
            PriceSource = price?.Source ?? "",
            PriceTime = price?.AsOf,
            IsStale = price?.IsStale ?? false,
            IsSingleSource = price?.IsSingleSource ?? false,
            IsDisputed = price?.IsDisputed ?? false,
            Value = value,
            Change24h = value - before,
            Change24hPercent = value is null ? null : price?.Change24hPercent,
            ProfitLoss = profit,
            ProfitLossRatio = profit is not null && holding.CostBasis > 0 ? (double)(profit.Value / holding.CostBasis.Value) : null,
            Problem = price is null ? $"no source was asked for {holding.Asset}" : price.Problem,
        };
    }

    private static PortfolioFigure Figure(HoldingView[] used, HoldingView[] all, decimal usd, double? ratio, string missing)
    {
        var left = all.Except(used).Select(line => line.Asset).ToArray();
        return new PortfolioFigure
        {
            Usd = used.Length == 0 ? null : usd,
            Ratio = used.Length == 0 ? null : ratio,
            Samples = used.Length,
            Needed = 1,
            Sources = [.. used.Select(line => line.PriceSource).Distinct().Order(StringComparer.Ordinal)],
            AsOf = used.Min(line => line.PriceTime),
            IsStale = used.Any(line => line.IsStale),
            Reason = left.Length == 0 ? null : $"{missing}: {string.Join(", ", left)}",
        };
    }
}
