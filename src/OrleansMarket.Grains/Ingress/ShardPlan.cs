using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>Divides the followed symbols among shards. The same list gives the same answer on every silo.</summary>
public static class ShardPlan
{
    /// <summary>How many shards there are: never more than symbols.</summary>
    public static int CountOf(int symbols, int wanted) => Math.Min(wanted, Math.Max(1, symbols));

    /// <summary>The symbols of a shard, in turn, so that neighbours in a list by volume do not share one.</summary>
    public static IReadOnlyList<T> SymbolsOf<T>(IReadOnlyList<T> symbols, int shard, int wanted)
    {
        var count = CountOf(symbols.Count, wanted);
        return [.. symbols.Where((_, index) => index % count == shard)];
    }

    /// <summary>The shard of a symbol, or <see langword="null"/> when it is not followed.</summary>
    public static int? ShardOf(IReadOnlyList<SymbolSpec> symbols, Symbol symbol, int wanted)
    {
        for (var index = 0; index < symbols.Count; index++)
        {
            if (symbols[index].Symbol == symbol)
            {
                return index % CountOf(symbols.Count, wanted);
            }
        }

        return null;
    }
}
