namespace OrleansMarket.Domain.Prices;

/// <summary>The weighted median: half of the weight lies on either side. Unlike a mean, one wrong price cannot move it far.</summary>
/// <remarks>Source: Cormen et al., "Introduction to Algorithms", problem 9-2; where exactly half lies below, the mean of the two in the middle.</remarks>
public static class WeightedMedian
{
    /// <summary>The median of at least one value; weights are above 0.</summary>
    public static decimal Of(IEnumerable<(decimal Value, double Weight)> values)
    {
        var sorted = values.OrderBy(pair => pair.Value).ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        var half = sorted.Sum(pair => pair.Weight) / 2;
        var below = 0d;
        for (var index = 0; index < sorted.Length - 1; index++)
        {
            below += sorted[index].Weight;
            if (below > half)
            {
                return sorted[index].Value;
            }

            if (below == half)
            {
                return sorted[index].Value + ((sorted[index + 1].Value - sorted[index].Value) / 2);
            }
        }

        return sorted[^1].Value;
    }
}
