using System.Globalization;
using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>What a frame says. Holds no reference to the frame's bytes.</summary>
public readonly record struct BinanceFrame
{
    private const int LongestQuote = 60;

    internal BinanceFrame(FrameKind kind)
    {
        Verdict = FrameVerdict.NotATrade;
        Kind = kind;
    }

    internal BinanceFrame(FrameKind kind, SymbolSpec spec, in ReceivedPrint received)
    {
        Verdict = FrameVerdict.Trade;
        Kind = kind;
        Spec = spec;
        Received = received;
    }

    internal BinanceFrame(FrameKind kind, FrameFault fault, char field, int start, int length, SymbolSpec? spec)
    {
        Verdict = FrameVerdict.Rejected;
        Kind = kind;
        Fault = fault;
        Field = field;
        FaultStart = start;
        FaultLength = length;
        Spec = spec;
    }

    /// <summary>Gets the verdict.</summary>
    public FrameVerdict Verdict { get; }

    /// <summary>Gets the kind, as far as it could be told.</summary>
    public FrameKind Kind { get; }

    /// <summary>Gets the symbol's specification; <see langword="null"/> unless the symbol was found.</summary>
    public SymbolSpec? Spec { get; }

    /// <summary>Gets the trade; only of meaning with <see cref="FrameVerdict.Trade"/>.</summary>
    public ReceivedPrint Received { get; }

    /// <summary>Gets what was wrong; <see cref="FrameFault.None"/> unless rejected.</summary>
    public FrameFault Fault { get; }

    /// <summary>Gets the field the fault is about, or <c>'\0'</c>.</summary>
    public char Field { get; }

    /// <summary>Gets where in the frame the offending bytes start.</summary>
    public int FaultStart { get; }

    /// <summary>Gets how many bytes offend.</summary>
    public int FaultLength { get; }

    /// <summary>Gets the reason for the dead letters; only of meaning when rejected.</summary>
    public DeadLetterReason Reason => Fault switch
    {
        FrameFault.MissingField => DeadLetterReason.MissingField,
        FrameFault.UnknownSymbol => DeadLetterReason.UnknownSymbol,
        FrameFault.BadId => DeadLetterReason.BadId,
        FrameFault.BadTime or FrameFault.TimesApart => DeadLetterReason.BadTime,
        FrameFault.BadPrice => DeadLetterReason.BadPrice,
        FrameFault.BadQuantity => DeadLetterReason.BadQuantity,
        _ => DeadLetterReason.Malformed,
    };

    /// <summary>Says in one line what was expected and what was found. Allocates; ask only for what is kept.</summary>
    /// <param name="utf8">The frame that was parsed.</param>
    public string Explain(ReadOnlySpan<byte> utf8)
    {
        var found = Quote(utf8);
        return Fault switch
        {
            FrameFault.None => "",
            FrameFault.Empty => "expected a JSON object, found an empty frame",
            FrameFault.NotUtf8 => "expected UTF-8, found other bytes",
            FrameFault.NotJson => string.Create(CultureInfo.InvariantCulture,
                $"expected one whole JSON object, found no valid JSON from byte {FaultStart} of {utf8.Length}"),
            FrameFault.NotAnObject => $"expected a JSON object, found {found}",
            FrameFault.WrongType => $"expected field '{Field}' to be {TypeOf(Field)}, found {found}",
            FrameFault.WrongEvent => $"expected event 'trade' on a @trade stream, found {found}",
            FrameFault.SymbolMismatch => $"expected stream and field 's' to name the same symbol, found {found}",
            FrameFault.MissingField => $"expected field '{Field}', found none",
            FrameFault.UnknownSymbol => $"expected a symbol we follow, found {found}",
            FrameFault.BadId => $"expected field '{Field}' to be an id from 0 to {Print.MaxId} and a range in order, found {found}",
            FrameFault.BadTime => $"expected field '{Field}' between 2017 and 2099 in ms or µs, found {found}",
            FrameFault.TimesApart => $"expected field '{Field}' within an hour of field 'E', found {found}",
            FrameFault.BadPrice => $"expected a price {Limits(Spec!.PriceDecimals, Spec.MinPrice, Spec.MaxPrice)}, found {found}",
            _ => $"expected a quantity {Limits(Spec!.QuantityDecimals, Spec.MinQuantity, Spec.MaxQuantity)}, found {found}",
        };
    }

    /// <summary>Builds the dead letter of a rejected frame; copies the payload.</summary>
    /// <param name="utf8">The frame that was parsed.</param>
    /// <param name="receivedTimeMicros">When it was read, our clock, µs.</param>
    /// <param name="source">Host and stream, or file and line.</param>
    public DeadLetter ToDeadLetter(ReadOnlySpan<byte> utf8, long receivedTimeMicros, string source)
    {
        var error = Explain(utf8);
        var kept = utf8;
        if (kept.Length > DeadLetter.MaxPayloadBytes)
        {
            kept = kept[..DeadLetter.MaxPayloadBytes];
            error += string.Create(CultureInfo.InvariantCulture, $" (the payload of {utf8.Length} bytes is cut)");
        }

        return new DeadLetter
        {
            ReceivedTimeMicros = receivedTimeMicros,
            Reason = Reason,
            Error = error,
            Source = source,
            Symbol = Spec?.Symbol.Value ?? (Fault == FrameFault.UnknownSymbol ? Text(utf8).Trim('"') : null),
            Payload = kept.ToArray(),
        };
    }

    private static string TypeOf(char field) => field switch
    {
        'e' or 's' => "text",
        'p' or 'q' => "a number in quotes",
        'm' => "true or false",
        'd' => "an object (data)",
        _ => "a whole number of at most 64 bits",
    };

    private static string Limits(int decimals, long smallest, long largest) => string.Create(CultureInfo.InvariantCulture,
        $"from {ScaledNumber.ToDecimal(Math.Max(1, smallest), decimals)} to {ScaledNumber.ToDecimal(largest, decimals)} with at most {decimals} decimals");

    private string Quote(ReadOnlySpan<byte> utf8)
    {
        var text = Text(utf8);
        return text.Length == 0 ? "nothing" : text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
    }

    private string Text(ReadOnlySpan<byte> utf8)
    {
        if (FaultStart < 0 || FaultLength <= 0 || FaultStart >= utf8.Length)
        {
            return "";
        }

        var length = Math.Min(Math.Min(FaultLength, utf8.Length - FaultStart), 4 * LongestQuote);
        var text = Encoding.UTF8.GetString(utf8.Slice(FaultStart, length));
        return string.Create(text.Length, text, static (target, from) =>
        {
            // A control character in a log line or on a terminal could forge another line.
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(from[i]) ? '.' : from[i];
            }
        });
    }
}
