namespace OrleansMarket.Domain.Tests.Portfolio;

/// <summary>Risk in the plainest way: day by day, with whole loops and nothing shared with the product.</summary>
internal static class NaiveRisk
{
    public sealed record Result(int Returns, double Volatility, double Worst5, double Worst1, double Drawdown);

    /// <param name="closes">By asset and day.</param>
    /// <param name="quantities">By asset.</param>
    /// <param name="prices">Today's, by asset.</param>
    public static Result Measure(
        IReadOnlyDictionary<string, Dictionary<DateOnly, decimal>> closes, IReadOnlyDictionary<string, decimal> quantities, IReadOnlyDictionary<string, decimal> prices)
    {
        var today = quantities.Sum(pair => pair.Value * prices[pair.Key]);
        var days = closes.Values.SelectMany(series => series.Keys).Distinct().Order().ToList();
        var returns = new List<double>();
        var worths = new List<double>();
        foreach (var day in days)
        {
            if (!closes.Values.All(series => series.ContainsKey(day)))
            {
                continue;
            }

            worths.Add((double)closes.Sum(pair => pair.Value[day] * quantities[pair.Key]));
            var before = day.AddDays(-1);
            if (closes.Values.All(series => series.ContainsKey(before)))
            {
                // What today's holdings would be worth tomorrow if the market did again what it did that day.
                var tomorrow = closes.Sum(pair => quantities[pair.Key] * prices[pair.Key] * (pair.Value[day] / pair.Value[before]));
                returns.Add((double)(tomorrow / today) - 1);
            }
        }

        var logs = returns.Select(r => Math.Log(1 + r)).ToList();
        var mean = logs.Sum() / Math.Max(1, logs.Count);
        var variance = logs.Sum(r => Math.Pow(r - mean, 2)) / Math.Max(1, logs.Count - 1);
        var drawdown = 0d;
        for (var i = 0; i < worths.Count; i++)
        {
            for (var j = i + 1; j < worths.Count; j++)
            {
                drawdown = Math.Max(drawdown, 1 - (worths[j] / worths[i]));
            }
        }

        return new(returns.Count, Math.Sqrt(variance) * Math.Sqrt(365), Tail(returns, 20), Tail(returns, 100), drawdown);
    }

    /// <summary>The loss at one in so many: the weighted mean of the two order statistics around (n − 1) ÷ so many.</summary>
    private static double Tail(List<double> returns, int oneIn)
    {
        if (returns.Count == 0)
        {
            return 0;
        }

        var sorted = returns.ToList();
        sorted.Sort();
        var whole = (sorted.Count - 1) / oneIn;
        var rest = (sorted.Count - 1) % oneIn;
        var next = sorted[Math.Min(whole + 1, sorted.Count - 1)];
        return Math.Max(0, -(((oneIn - rest) * sorted[whole]) + (rest * next)) / oneIn);
    }
}
