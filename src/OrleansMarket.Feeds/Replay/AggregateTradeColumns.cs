using System.Runtime.CompilerServices;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// The columns of an <c>aggTrades</c> dump: one row covers the trade ids first..last of one taker order at one price. The aggregate's own
/// id is another id space and of no use here.
/// </summary>
/// <remarks>
/// Source: binance/binance-public-data, README, "AggTrades". The exchange cuts the quote amount of each individual trade to 8 decimals, so that of
/// an aggregate is exact only where no cut can have happened: where the decimals used by its price and those used by the file's quantities add to
/// at most 8.
/// </remarks>
/// <param name="spec">The symbol and its scale.</param>
/// <param name="quantityDecimals">The decimals that the file's quantities use.</param>
internal readonly unsafe struct AggregateTradeColumns(SymbolSpec spec, int quantityDecimals) : IDumpColumns
{
    /// <summary>The columns, for error messages.</summary>
    public const string Names = "aggregate id, price, quantity, first id, last id, time, is buyer maker[, is best match]";

    private const int LongestAggregate = 1_000_000;

    private readonly DumpScale _scale = new(spec);
    private readonly SymbolSpec _spec = spec;

    // Prices that are a multiple of this leave the exchange nothing to cut.
    private readonly long _exactPriceUnit = ScaledNumber.PowerOfTen(
        Math.Clamp(Math.Min(quantityDecimals, spec.QuantityDecimals) + spec.PriceDecimals - SymbolSpec.MaxDecimals, 0, SymbolSpec.MaxDecimals));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* TryReadFast(byte* row, ref ReceivedPrint print)
    {
        row = DumpField.Integer(row, out _);
        if (row is null || (row = DumpField.Decimal(row, out var price)) is null
            || (row = DumpField.Decimal(row, out var quantity)) is null
            || (row = DumpField.Integer(row, out var firstId)) is null
            || (row = DumpField.Integer(row, out var lastId)) is null
            || (row = DumpField.Integer(row, out var time)) is null
            || (row = DumpField.Boolean(row, out var buyerIsMaker)) is null
            || (row = DumpField.EndOfRow(row)) is null
            || !_scale.TryApply(ref price, ref quantity, ref time)
            || (ulong)(lastId - firstId) >= LongestAggregate)
        {
            return null;
        }

        print = Build(firstId, lastId, time, price, quantity, buyerIsMaker);
        return row;
    }

    /// <inheritdoc/>
    public bool TryReadCarefully(scoped ref DumpRow row, out ReceivedPrint print)
    {
        print = default;
        if (!row.HasColumns(7, 8, Names))
        {
            return false;
        }

        row.Id(0, "aggregate id");
        var price = row.Price(1, _spec);
        var quantity = row.Quantity(2, _spec);
        var firstId = row.Id(3, "first id");
        var lastId = row.Id(4, "last id");
        var time = row.Time(5);
        var buyerIsMaker = row.Flag(6, "is buyer maker");
        if (row.Columns == 8)
        {
            row.Flag(7, "is best match");
        }

        if (row.Error is null && (ulong)(lastId - firstId) >= LongestAggregate)
        {
            row.Fail(DeadLetterReason.BadId, "last id", $"{firstId} to {firstId + LongestAggregate - 1}", row[4]);
        }

        if (row.Error is not null)
        {
            return false;
        }

        print = Build(firstId, lastId, time, price, quantity, buyerIsMaker);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReceivedPrint Build(long firstId, long lastId, long time, long price, long quantity, bool buyerIsMaker) =>
        new(new Print(
                firstId, lastId, time, price, quantity, _spec.QuoteAmount(price, quantity), buyerIsMaker ? TakerSide.Sell : TakerSide.Buy,
                _spec.CutsQuote && lastId > firstId && price % _exactPriceUnit != 0),
            time, time);
}
