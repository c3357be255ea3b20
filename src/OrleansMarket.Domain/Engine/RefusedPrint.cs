using System.Globalization;
using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>Writes a print that the engine refused as the stream frame it came from, so that it can be replayed like any other letter.</summary>
public static class RefusedPrint
{
    /// <summary>The letter to keep.</summary>
    public static DeadLetter ToLetter(SymbolSpec spec, in ReceivedPrint received, ApplyResult result, FeedSource source)
    {
        var print = received.Print;
        var frame = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"e":"trade","E":{{received.EventTimeMicros}},"s":"{{spec.Symbol}}","t":{{print.FirstId}},"p":"{{spec.Price(print.Price)}}","q":"{{spec.Quantity(print.Quantity)}}","T":{{print.TradeTimeMicros}},"m":{{(print.Taker == TakerSide.Sell ? "true" : "false")}},"M":true}""");
        var (reason, error) = result switch
        {
            ApplyResult.TooLate => (
                DeadLetterReason.TooLate,
                $"expected a trade of a window that can still change, found {Micros.ToInstant(print.TradeTimeMicros):O}; its candle is due for verification"),
            ApplyResult.TooFarAhead => (
                DeadLetterReason.TooFarAhead,
                $"expected an id that the exchange can have reached since the trade before, found {print.LastId}; nothing is taken for missing because of it"),
            _ => (DeadLetterReason.Straddles, $"expected ids that are all held or all missing, found {new IdRange(print.FirstId, print.LastId)} partly held"),
        };
        return new DeadLetter
        {
            ReceivedTimeMicros = received.ReceivedTimeMicros,
            Reason = reason,
            Error = error,
            Source = source.Name,
            Symbol = spec.Symbol.Value,
            Payload = Encoding.UTF8.GetBytes(frame),
        };
    }
}
