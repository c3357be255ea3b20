using System.Globalization;
using System.Text;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Writes a trade as the exchange's stream frame, spoilt in one of the ways that frames are.</summary>
internal static class SpoiledFrame
{
    /// <summary>How many ways there are.</summary>
    public const int Ways = 5;

    public static byte[] Of(SymbolSpec spec, in Print print, int way)
    {
        var price = way == 1 ? "-1" : spec.Price(print.Price).ToString(CultureInfo.InvariantCulture);
        var quantity = way == 2 ? "0" : spec.Quantity(print.Quantity).ToString(CultureInfo.InvariantCulture);
        var time = way == 3 ? 0 : print.TradeTimeMicros;
        var id = way == 4 ? "" : string.Create(CultureInfo.InvariantCulture, $"\"t\":{print.FirstId},");
        var maker = print.Taker == TakerSide.Sell ? "true" : "false";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"stream":"{{{spec.Symbol.Value.ToLowerInvariant()}}}@trade","data":{"e":"trade","E":{{{print.TradeTimeMicros}}},"s":"{{{spec.Symbol}}}",{{{id}}}"p":"{{{price}}}","q":"{{{quantity}}}","T":{{{time}}},"m":{{{maker}}},"M":true}}""");
        return Encoding.UTF8.GetBytes(way == 0 ? text[..(text.Length * 2 / 3)] : text);
    }
}
