using System.Runtime.CompilerServices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>The columns of a <c>trades</c> dump: one row an individual trade, its quote amount as the exchange printed it.</summary>
/// <remarks>Source: binance/binance-public-data, README, "Trades". The futures dumps have six columns, the spot dumps seven.</remarks>
internal readonly unsafe struct TradeColumns(SymbolSpec spec) : IDumpColumns
{
    /// <summary>The columns, for error messages.</summary>
    public const string Names = "id, price, quantity, quote quantity, time, is buyer maker[, is best match]";

    private readonly DumpScale _scale = new(spec);
    private readonly SymbolSpec _spec = spec;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* TryReadFast(byte* row, ref ReceivedPrint print)
    {
        row = DumpField.Integer(row, out var id);
        if (row is null || (row = DumpField.Decimal(row, out var price)) is null
            || (row = DumpField.Decimal(row, out var quantity)) is null
            || (row = DumpField.Decimal(row, out var quote)) is null
            || (row = DumpField.Integer(row, out var time)) is null
            || (row = DumpField.Boolean(row, out var buyerIsMaker)) is null
            || (row = DumpField.EndOfRow(row)) is null
            || !_scale.TryApply(ref price, ref quantity, ref time) || !_scale.TryApplyToQuote(ref quote))
        {
            return null;
        }

        print = new ReceivedPrint(new Print(id, id, time, price, quantity, quote, buyerIsMaker ? TakerSide.Sell : TakerSide.Buy), time, time);
        return row;
    }

    /// <inheritdoc/>
    public bool TryReadCarefully(scoped ref DumpRow row, out ReceivedPrint print)
    {
        print = default;
        if (!row.HasColumns(6, 7, Names))
        {
            return false;
        }

        var id = row.Id(0, "id");
        var price = row.Price(1, _spec);
        var quantity = row.Quantity(2, _spec);
        var quote = row.Amount(3, "quote quantity", _spec.QuoteDecimals);
        var time = row.Time(4);
        var taker = row.Flag(5, "is buyer maker") ? TakerSide.Sell : TakerSide.Buy;
        if (row.Columns == 7)
        {
            row.Flag(6, "is best match");
        }

        if (row.Error is not null)
        {
            return false;
        }

        print = new ReceivedPrint(new Print(id, id, time, price, quantity, quote, taker), time, time);
        return true;
    }
}
