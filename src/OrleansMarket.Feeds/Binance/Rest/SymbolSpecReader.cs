using System.Globalization;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Turns a symbol's filters into its scale and limits.</summary>
/// <remarks>
/// Source: Binance Spot API, "Filters". A price is a multiple of <c>tickSize</c> and a quantity of <c>stepSize</c>; limits of 0 are switched off.
/// <c>minQty</c> bounds orders, not trades: what is left of an order may be filled in smaller pieces, down to one step.
/// </remarks>
public static class SymbolSpecReader
{
    /// <summary>Builds a specification of what the filters say; what is missing or 0 says nothing.</summary>
    /// <param name="name">The symbol; the answer is <see langword="null"/> where it cannot be one.</param>
    /// <param name="tickSize">The smallest step of a price.</param>
    /// <param name="minPrice">The smallest price.</param>
    /// <param name="maxPrice">The largest price.</param>
    /// <param name="stepSize">The smallest step of a quantity.</param>
    /// <param name="maxQuantity">The largest quantity.</param>
    public static SymbolSpec? Build(string? name, decimal? tickSize, decimal? minPrice, decimal? maxPrice, decimal? stepSize, decimal? maxQuantity)
    {
        if (!Symbol.IsPlausible(name))
        {
            return null;
        }

        var priceDecimals = Decimals(tickSize);
        var quantityDecimals = Decimals(stepSize);
        return new SymbolSpec(new Symbol(name!), priceDecimals, quantityDecimals)
        {
            MinPrice = Limit(minPrice, priceDecimals) ?? 1,
            MaxPrice = Limit(maxPrice, priceDecimals) ?? long.MaxValue,
            MaxQuantity = Limit(maxQuantity, quantityDecimals) ?? long.MaxValue,
        };
    }

    /// <summary>Reads one symbol; <see langword="null"/> where its name or a filter cannot be used.</summary>
    internal static SymbolSpec? Read(SymbolAnswer answer)
    {
        var price = answer.Filters?.FirstOrDefault(filter => filter.Type == "PRICE_FILTER");
        var lot = answer.Filters?.FirstOrDefault(filter => filter.Type == "LOT_SIZE");
        return Build(answer.Name, Number(price?.TickSize), Number(price?.MinPrice), Number(price?.MaxPrice), Number(lot?.StepSize), Number(lot?.MaxQuantity)) is { } spec
            ? spec with { BaseAsset = answer.BaseAsset ?? "", QuoteAsset = answer.QuoteAsset ?? "", Status = StatusOf(answer.Status) }
            : null;
    }

    private static int Decimals(decimal? step)
    {
        // 0.01000000 has two; a filter that is missing or switched off says nothing, so everything must fit.
        if (step is not > 0)
        {
            return SymbolSpec.MaxDecimals;
        }

        var value = step.Value;
        var decimals = 0;
        while (decimals < SymbolSpec.MaxDecimals && decimal.Truncate(value) != value)
        {
            value *= 10;
            decimals++;
        }

        return decimals;
    }

    private static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Limit(decimal? limit, int decimals)
    {
        // One that does not fit, or is finer than the scale, bounds nothing that could be told.
        if (limit is not > 0 || limit > (decimal)long.MaxValue / ScaledNumber.PowerOfTen(decimals))
        {
            return null;
        }

        var scaled = limit.Value * ScaledNumber.PowerOfTen(decimals);
        return decimal.Truncate(scaled) == scaled ? (long)scaled : null;
    }

    private static SymbolStatus StatusOf(string? status) => status switch
    {
        "TRADING" => SymbolStatus.Trading,
        "HALT" or "BREAK" or "END_OF_DAY" => SymbolStatus.Halted,
        "CANCEL_ONLY" => SymbolStatus.CancelOnly,
        _ => SymbolStatus.Unknown,
    };
}
