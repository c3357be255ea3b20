using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Domain.Portfolio;

/// <summary>Says what is wrong with a portfolio, by field, with what was expected and found.</summary>
public static class PortfolioValidator
{
    /// <summary>The most holdings of one portfolio.</summary>
    public const int MaxHoldings = IPrices.MostAssets;

    /// <summary>The most portfolios that are kept.</summary>
    public const int MaxPortfolios = 100;

    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The largest quantity and cost basis: with any price below 10¹² the sums stay exact.</summary>
    public const decimal MaxAmount = 1_000_000_000_000_000m;

    /// <summary>The problems by field name; empty when the portfolio is good.</summary>
    public static IReadOnlyDictionary<string, string[]> Validate(PortfolioHoldings portfolio)
    {
        ArgumentNullException.ThrowIfNull(portfolio);
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (!IsName(portfolio.Name))
        {
            problems["name"] = [$"expected 1 to {MaxNameLength} lower-case letters and digits with single hyphens between them, such as long-term, found '{portfolio.Name}'"];
        }

        if (portfolio.Holdings.Count is 0 or > MaxHoldings)
        {
            problems["holdings"] = [$"expected 1 to {MaxHoldings} holdings, found {portfolio.Holdings.Count}"];
            return problems;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < portfolio.Holdings.Count; i++)
        {
            Check(portfolio.Holdings[i], $"holdings[{i}]", seen, problems);
        }

        return problems;
    }

    /// <summary>Tells whether a text can be a portfolio's name: kebab case, so that it is the same in a path, a file and a log.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal)
        && name.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));

    private static void Check(Holding? holding, string field, HashSet<string> seen, Dictionary<string, string[]> problems)
    {
        if (holding is null)
        {
            problems[field] = ["expected a holding, found null"];
            return;
        }

        if (!AssetName.IsPlausible(holding.Asset))
        {
            problems[$"{field}.asset"] = [$"expected an asset such as BTC (1 to {AssetName.MaxLength} letters and digits), found '{holding.Asset}'"];
        }
        else if (!seen.Add(AssetName.Normalise(holding.Asset)))
        {
            problems[$"{field}.asset"] = [$"expected each asset once, found {holding.Asset} again: add the quantities"];
        }

        if (holding.Quantity is <= 0 or > MaxAmount)
        {
            problems[$"{field}.quantity"] = [$"expected a number above 0 and at most {MaxAmount}, found {holding.Quantity}"];
        }

        if (holding.CostBasis is < 0 or > MaxAmount)
        {
            problems[$"{field}.costBasis"] = [$"expected what the whole holding cost in USD, 0 to {MaxAmount}, found {holding.CostBasis}"];
        }
    }
}
