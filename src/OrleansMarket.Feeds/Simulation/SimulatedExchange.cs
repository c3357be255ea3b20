using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>
/// What an exchange would say of the simulated market: it knows every trade, those from before the process started and those that the
/// simulated stream has lost, as far as its history has come.
/// </summary>
public sealed class SimulatedExchange(SimulatedMarket market, TimeProvider clock) : IExchange, IGapRepairer
{
    /// <summary>The most trades that one answer is made from; a busier market has a shorter history.</summary>
    public const long MaxTradesPerAnswer = 10_000_000;

    /// <summary>The most trades of one repair; the rest comes with the next.</summary>
    public const int MaxTradesPerRepair = 200_000;

    private static readonly TimeSpan NextPart = TimeSpan.FromMilliseconds(1);

    private long KnownMicros => Micros.From(clock.GetUtcNow() - market.Options.HistoryLag);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return Task.FromResult<IReadOnlyDictionary<Symbol, SymbolSpec>>(symbols.Distinct().ToDictionary(symbol => symbol, symbol => market[symbol].Spec));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var known = KnownMicros;
        return Task.FromResult<IReadOnlyDictionary<Symbol, LastTrade>>(specs.ToDictionary(spec => spec.Symbol, spec =>
        {
            var last = Model(spec).Newest(known - 1, 1)[0];
            return new LastTrade(last.LastId, last.Price, known);
        }));
    }

    /// <inheritdoc/>
    public Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken)
    {
        var (model, known) = (Model(spec), KnownMicros);
        if (fromMicros >= known)
        {
            return Task.FromResult<long?>(null);
        }

        var id = model.FirstIdAt(fromMicros);
        return Task.FromResult<long?>(id < model.FirstIdAt(known) ? id : null);
    }

    /// <inheritdoc/>
    /// <remarks>Where the range holds more than <see cref="MaxTradesPerAnswer"/> trades its beginning is left out, as for a pair that was listed later.</remarks>
    public Task<IReadOnlyList<Candle>> GetKlinesAsync(
        SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken)
    {
        var (model, known) = (Model(spec), KnownMicros);
        return Task.Run(() => SimulatedKlines.Make(model, interval, fromMicros, toMicros, known, MaxTradesPerAnswer, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(gaps);
        var (model, known) = (Model(spec), KnownMicros);
        return Task.Run(() =>
        {
            var prints = new List<Print>();
            var outcomes = new List<GapOutcome>();
            foreach (var gap in gaps)
            {
                var missing = gap.Missing;
                prints.AddRange(model.FromId(missing.First)
                    .TakeWhile(print => print.FirstId <= missing.Last && print.TradeTimeMicros < known)
                    .Take(MaxTradesPerRepair - prints.Count));
                var next = prints.Count == 0 ? missing.First : Math.Max(missing.First, prints[^1].LastId + 1);
                outcomes.Add(next > missing.Last ? new GapOutcome(gap, [], null, null)
                    : prints.Count == MaxTradesPerRepair
                        ? new GapOutcome(gap, [missing with { First = next }], NextPart, $"expected at most {MaxTradesPerRepair} trades at once; the rest follows")
                        : new GapOutcome(gap, [missing with { First = next }], market.Options.HistoryLag + NextPart, "the simulated history does not know them yet"));
            }

            return new GapRepair(prints, outcomes);
        }, cancellationToken);
    }

    private MarketModel Model(SymbolSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var model = market[spec.Symbol];
        return model.Spec.PriceDecimals == spec.PriceDecimals && model.Spec.QuantityDecimals == spec.QuantityDecimals
            ? model
            : throw new ArgumentException(
                $"expected {spec.Symbol} with {model.Spec.PriceDecimals} and {model.Spec.QuantityDecimals} decimals, as the simulator trades it, "
                + $"found {spec.PriceDecimals} and {spec.QuantityDecimals}", nameof(spec));
    }
}
