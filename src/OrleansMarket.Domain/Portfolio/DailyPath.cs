namespace OrleansMarket.Domain.Portfolio;

/// <summary>The days that several series have in common, and what lies between them. A return exists only from one day to the next.</summary>
internal sealed class DailyPath
{
    private readonly IReadOnlyList<DailyCloses> _series;
    private readonly double[][] _closes;
    private readonly List<int> _steps = [];

    public DailyPath(IReadOnlyList<DailyCloses> series)
    {
        _series = series;
        var byDay = series.Select(closes => closes.Closes.ToDictionary(close => close.Day, close => (double)close.Price)).ToArray();
        Days = byDay.Length == 0 ? [] : [.. byDay[0].Keys.Where(day => byDay.All(closes => closes.ContainsKey(day))).Order()];
        _closes = [.. byDay.Select(closes => Days.Select(day => closes[day]).ToArray())];
        for (var i = 1; i < Days.Count; i++)
        {
            if (Days[i].DayNumber == Days[i - 1].DayNumber + 1)
            {
                _steps.Add(i);
            }
        }
    }

    /// <summary>Gets the common days, oldest first.</summary>
    public IReadOnlyList<DateOnly> Days { get; }

    /// <summary>Gets how many daily returns all series have in common.</summary>
    public int ReturnCount => _steps.Count;

    /// <summary>Gets the end of the last common day.</summary>
    public DateTimeOffset? LastEnd => Days.Count == 0 ? null : new DateTimeOffset(Days[^1].AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The daily log returns of one series.</summary>
    public IReadOnlyList<double> LogReturns(int series) => [.. _steps.Select(i => Math.Log(_closes[series][i] / _closes[series][i - 1]))];

    /// <summary>The simple returns of a portfolio with the given weights on each day; what the weights lack to 1 does not move.</summary>
    public IReadOnlyList<double> Simulate(double[] weights) =>
        [.. _steps.Select(i => weights.Select((weight, series) => weight * ((_closes[series][i] / _closes[series][i - 1]) - 1)).Sum())];

    /// <summary>The value of the given quantities on each common day, beside what does not move.</summary>
    public IReadOnlyList<double> Value(double[] quantities, double constant) =>
        [.. Days.Select((_, i) => constant + quantities.Select((quantity, series) => quantity * _closes[series][i]).Sum())];

    /// <summary>Why there are fewer returns than needed, and whose fault that is.</summary>
    public string WhyShort(int needed)
    {
        var shortest = _series.OrderBy(closes => closes.Closes.Count).FirstOrDefault();
        var whose = shortest is null ? "" : shortest.Problem ?? $"{shortest.Asset} has {shortest.Closes.Count} daily closes";
        return $"not enough history ({ReturnCount} of {needed}){(whose.Length == 0 ? "" : ": " + whose)}";
    }
}
