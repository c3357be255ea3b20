using System.Globalization;
using System.Text;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Turns a symbol's filters into its scale and limits.</summary>
/// <remarks>
/// Source: Binance Spot API, "Filters". A price is a multiple of <c>tickSize</c> and a quantity of <c>stepSize</c>; limits of 0 are switched off.
/// <c>minQty</c> bounds orders, not trades: what is left of an order may be filled in smaller pieces, down to one step.
/// </remarks>
internal static class SymbolSpecReader
{
    /// <summary>Reads one symbol; <see langword="null"/> where its name or a filter cannot be used.</summary>
    public static SymbolSpec? Read(SymbolAnswer answer)
    {
        if (!Symbol.IsPlausible(answer.Name))
        {
            return null;
        }

        var price = answer.Filters?.FirstOrDefault(filter => filter.Type == "PRICE_FILTER");
        var lot = answer.Filters?.FirstOrDefault(filter => filter.Type == "LOT_SIZE");
        var priceDecimals = Decimals(price?.TickSize);
        var quantityDecimals = Decimals(lot?.StepSize);
        return new SymbolSpec(new Symbol(answer.Name!), priceDecimals, quantityDecimals)
        {
            BaseAsset = answer.BaseAsset ?? "",
            QuoteAsset = answer.QuoteAsset ?? "",
            Status = StatusOf(answer.Status),
            MinPrice = Limit(price?.MinPrice, priceDecimals) ?? 1,
            MaxPrice = Limit(price?.MaxPrice, priceDecimals) ?? long.MaxValue,
            MaxQuantity = Limit(lot?.MaxQuantity, quantityDecimals) ?? long.MaxValue,
        };
    }

    private static int Decimals(string? step)
    {
        // 0.01000000 has two; a filter that is missing or switched off says nothing, so everything must fit.
        if (!decimal.TryParse(step, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value <= 0)
        {
            return SymbolSpec.MaxDecimals;
        }

        var decimals = 0;
        while (decimals < SymbolSpec.MaxDecimals && decimal.Truncate(value) != value)
        {
            value *= 10;
            decimals++;
        }

        return decimals;
    }

    private static long? Limit(string? text, int decimals) =>
        text is not null && ScaledNumber.TryParse(Encoding.ASCII.GetBytes(text), decimals, out var scaled) && scaled > 0 ? scaled : null;

    private static SymbolStatus StatusOf(string? status) => status switch
    {
        "TRADING" => SymbolStatus.Trading,
        "HALT" or "BREAK" or "END_OF_DAY" => SymbolStatus.Halted,
        "CANCEL_ONLY" => SymbolStatus.CancelOnly,
        _ => SymbolStatus.Unknown,
    };
}
