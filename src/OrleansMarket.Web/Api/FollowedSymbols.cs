using Microsoft.AspNetCore.Http;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Api;

/// <summary>Answers questions about symbols that nobody follows with the list of those that are.</summary>
internal static class FollowedSymbols
{
    private const int Listed = 20;

    /// <summary>The problem when the symbol is not followed; <see langword="null"/> when it is, or when none was asked for.</summary>
    public static async Task<IResult?> RequireAsync(IMarket market, Symbol? symbol, CancellationToken cancellationToken)
    {
        if (symbol is null)
        {
            return null;
        }

        var followed = await market.GetSymbolsAsync(cancellationToken);
        return followed.Any(line => line.Symbol == symbol) ? null : NotFollowed(symbol.Value, followed);
    }

    public static IResult NotFollowed(Symbol symbol, IReadOnlyList<SymbolOverview> followed) => Problems.NotFound(
        $"expected a followed symbol ({string.Join(", ", followed.Take(Listed).Select(line => line.Symbol))}{(followed.Count > Listed ? ", …" : "")}), found {symbol}",
        "GET /symbols lists what is followed; the setting SYMBOLS changes it.");
}
