using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Symbol specifications on the shared server; decimals never fall, also when two silos save at once.</summary>
public sealed class RedisSymbolSpecStore(RedisStore store) : ISymbolSpecStore
{
    private const int MostAttempts = 20;

    private RedisKey Specs => store.Key("symbols");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, SymbolSpec>> SaveAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var merged = new Dictionary<Symbol, SymbolSpec>();
            var change = store.Database.CreateTransaction();
            foreach (var spec in specs.DistinctBy(spec => spec.Symbol))
            {
                var text = await store.Database.HashGetAsync(Specs, spec.Symbol.Value).WaitAsync(cancellationToken).ConfigureAwait(false);
                var before = text.IsNull ? null : AlertJson.Read<Row>(text!).ToSpec();
                var wide = before is null ? spec : spec.WithAtLeast(before.PriceDecimals, before.QuantityDecimals);
                merged[spec.Symbol] = wide;
                change.AddCondition(text.IsNull ? Condition.HashNotExists(Specs, spec.Symbol.Value) : Condition.HashEqual(Specs, spec.Symbol.Value, text));
                _ = change.HashSetAsync(Specs, spec.Symbol.Value, AlertJson.Write(Row.Of(wide)));
            }

            if (merged.Count == 0 || await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return merged;
            }
        }

        throw new TimeoutException($"expected to store {specs.Count} symbols, but other silos kept changing them");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Symbol, SymbolSpec>> LoadAllAsync(CancellationToken cancellationToken)
    {
        var entries = await store.Database.HashGetAllAsync(Specs).WaitAsync(cancellationToken).ConfigureAwait(false);
        return entries.Select(entry => AlertJson.Read<Row>(entry.Value!).ToSpec()).ToDictionary(spec => spec.Symbol);
    }

    private sealed record Row(
        Symbol Symbol, int PriceDecimals, int QuantityDecimals, string BaseAsset, string QuoteAsset, SymbolStatus Status, long MinPrice, long MaxPrice, long MinQuantity,
        long MaxQuantity)
    {
        public static Row Of(SymbolSpec spec) => new(
            spec.Symbol, spec.PriceDecimals, spec.QuantityDecimals, spec.BaseAsset, spec.QuoteAsset, spec.Status, spec.MinPrice, spec.MaxPrice, spec.MinQuantity,
            spec.MaxQuantity);

        public SymbolSpec ToSpec() => new(Symbol, PriceDecimals, QuantityDecimals)
        {
            BaseAsset = BaseAsset,
            QuoteAsset = QuoteAsset,
            Status = Status,
            MinPrice = MinPrice,
            MaxPrice = MaxPrice,
            MinQuantity = MinQuantity,
            MaxQuantity = MaxQuantity,
        };
    }
}
