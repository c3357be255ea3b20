using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <content>What the fields of an event amount to: a trade, something that is simply no trade, or the one reason why it is neither.</content>
public sealed partial class BinanceFrameParser
{
    private const int LongestEscapedText = 1_024;

    [SkipLocalsInit]
    private BinanceFrame JudgeEvent(ReadOnlySpan<byte> utf8, in EventFields fields, in EventField stream, long receivedTimeMicros)
    {
        Span<byte> scratch = stackalloc byte[LongestEscapedText];
        var streamName = TextOf(utf8, in stream, scratch);
        var isTradeStream = streamName.EndsWith("@trade"u8);
        switch (fields.EventName.State)
        {
            case FieldState.WrongType:
                return Reject(FrameKind.Unknown, FrameFault.WrongType, 'e', in fields.EventName);
            case FieldState.Absent:
                return KindWithoutName(in fields, streamName, isTradeStream) is var kind and not FrameKind.Unknown
                    ? new BinanceFrame(kind)
                    : Reject(FrameKind.Unknown, FrameFault.MissingField, 'e', default);
        }

        if (isTradeStream && fields.Kind is not (FrameKind.Trade or FrameKind.ServerShutdown))
        {
            return Reject(fields.Kind, FrameFault.WrongEvent, 'e', in fields.EventName);
        }

        return fields.Kind switch
        {
            FrameKind.Trade => JudgeTrade(utf8, in fields, streamName, receivedTimeMicros),
            FrameKind.AggregateTrade when _readAggregates => JudgeTrade(utf8, in fields, streamName, receivedTimeMicros),
            _ => new BinanceFrame(fields.Kind),
        };
    }

    private static FrameKind KindWithoutName(in EventFields fields, ReadOnlySpan<byte> streamName, bool isTradeStream)
    {
        if (isTradeStream)
        {
            return FrameKind.Unknown;
        }

        if (fields.HasLastUpdateId)
        {
            return FrameKind.Snapshot;
        }

        if (fields.HasUpdateId && fields.HasBid && fields.AggregateId.State != FieldState.Absent)
        {
            return FrameKind.BookTicker;
        }

        if (!streamName.IsEmpty)
        {
            return FrameKind.Other;
        }

        return fields.HasResult || (fields.HasCode && fields.HasMessage) ? FrameKind.ControlAnswer : FrameKind.Unknown;
    }

    [SkipLocalsInit]
    private BinanceFrame JudgeTrade(ReadOnlySpan<byte> utf8, in EventFields fields, ReadOnlySpan<byte> streamName, long receivedTimeMicros)
    {
        var kind = fields.Kind;
        Span<byte> scratch = stackalloc byte[LongestEscapedText];
        if (IsIncomplete(in fields, out var rejected)
            || HasBadSymbol(TextOf(utf8, in fields.Symbol, scratch), in fields, streamName, out var spec, out rejected)
            || HasBadIds(in fields, spec, out var first, out var last, out rejected)
            || HasBadTimes(in fields, spec, out var tradeTime, out var eventTime, out rejected))
        {
            return rejected;
        }

        if (!ScaledNumber.TryParse(TextOf(utf8, in fields.Price, scratch), spec.PriceDecimals, out var price)
            || price <= 0 || price < spec.MinPrice || price > spec.MaxPrice)
        {
            return Reject(kind, FrameFault.BadPrice, 'p', in fields.Price, spec);
        }

        if (!ScaledNumber.TryParse(TextOf(utf8, in fields.Quantity, scratch), spec.QuantityDecimals, out var quantity)
            || quantity <= 0 || quantity < spec.MinQuantity || quantity > spec.MaxQuantity)
        {
            return Reject(kind, FrameFault.BadQuantity, 'q', in fields.Quantity, spec);
        }

        var taker = fields.BuyerIsMaker.Value != 0 ? TakerSide.Sell : TakerSide.Buy;
        var print = kind == FrameKind.AggregateTrade
            ? Print.Aggregate(spec, first, last, tradeTime, price, quantity, taker)
            : Print.Trade(spec, first, tradeTime, price, quantity, taker);
        return new BinanceFrame(kind, spec, new ReceivedPrint(print, eventTime, receivedTimeMicros));
    }

    /// <summary>Absent fields and wrong types, in wire order, so that each frame has one reason.</summary>
    private static bool IsIncomplete(in EventFields fields, out BinanceFrame rejected)
    {
        var kind = fields.Kind;
        var isAggregate = kind == FrameKind.AggregateTrade;
        if (fields.EventTime.State == FieldState.WrongType)
        {
            rejected = Reject(kind, FrameFault.WrongType, 'E', in fields.EventTime);
            return true;
        }

        return Missing(kind, in fields.Symbol, 's', out rejected)
            || (!isAggregate && Missing(kind, in fields.TradeId, 't', out rejected))
            || (isAggregate && Missing(kind, in fields.AggregateId, 'a', out rejected))
            || Missing(kind, in fields.Price, 'p', out rejected)
            || Missing(kind, in fields.Quantity, 'q', out rejected)
            || (isAggregate && Missing(kind, in fields.FirstId, 'f', out rejected))
            || (isAggregate && Missing(kind, in fields.LastId, 'l', out rejected))
            || Missing(kind, in fields.TradeTime, 'T', out rejected)
            || Missing(kind, in fields.BuyerIsMaker, 'm', out rejected);
    }

    /// <summary>A symbol that is not followed, or another one than the stream's.</summary>
    private bool HasBadSymbol(ReadOnlySpan<byte> name, in EventFields fields, ReadOnlySpan<byte> streamName, [NotNullWhen(false)] out SymbolSpec? spec, out BinanceFrame rejected)
    {
        rejected = default;
        spec = _symbols.Find(name);
        if (spec is null)
        {
            rejected = Reject(fields.Kind, FrameFault.UnknownSymbol, 's', in fields.Symbol);
            return true;
        }

        if (streamName.IsEmpty)
        {
            return false;
        }

        var at = streamName.IndexOf((byte)'@');
        var streamSymbol = at < 0 ? streamName : streamName[..at];
        if (Ascii.EqualsIgnoreCase(streamSymbol, name) || ReferenceEquals(_symbols.FindKnown(streamSymbol), spec))
        {
            return false;
        }

        rejected = Reject(fields.Kind, FrameFault.SymbolMismatch, 's', in fields.Symbol, spec);
        return true;
    }

    /// <summary>Ids that are no numbers an exchange counts to, or of an aggregate that ends before it begins.</summary>
    private static bool HasBadIds(in EventFields fields, SymbolSpec spec, out long first, out long last, out BinanceFrame rejected)
    {
        var kind = fields.Kind;
        var isAggregate = kind == FrameKind.AggregateTrade;
        first = isAggregate ? fields.FirstId.Value : fields.TradeId.Value;
        last = isAggregate ? fields.LastId.Value : first;
        rejected = isAggregate && fields.AggregateId.Value < 0 ? Reject(kind, FrameFault.BadId, 'a', in fields.AggregateId, spec)
            : first < 0 && isAggregate ? Reject(kind, FrameFault.BadId, 'f', in fields.FirstId, spec)
            : !isAggregate && first is < 0 or > Print.MaxId ? Reject(kind, FrameFault.BadId, 't', in fields.TradeId, spec)
            : last < first || last > Print.MaxId ? Reject(kind, FrameFault.BadId, 'l', in fields.LastId, spec)
            : default;
        return rejected.Fault != FrameFault.None;
    }

    /// <summary>Times that no exchange has had, or that do not belong together. Without an event time the trade's own counts.</summary>
    private static bool HasBadTimes(in EventFields fields, SymbolSpec spec, out long tradeTime, out long eventTime, out BinanceFrame rejected)
    {
        var kind = fields.Kind;
        var isTradeTime = TryReadTime(in fields.TradeTime, out tradeTime);
        eventTime = tradeTime;
        rejected = !isTradeTime ? Reject(kind, FrameFault.BadTime, 'T', in fields.TradeTime, spec)
            : fields.EventTime.State == FieldState.Found && !TryReadTime(in fields.EventTime, out eventTime) ? Reject(kind, FrameFault.BadTime, 'E', in fields.EventTime, spec)
            : !BelongTogether(tradeTime, eventTime) ? Reject(kind, FrameFault.TimesApart, 'T', in fields.TradeTime, spec)
            : default;
        return rejected.Fault != FrameFault.None;
    }

    private static bool Missing(FrameKind kind, in EventField field, char name, out BinanceFrame rejected)
    {
        rejected = field.State switch
        {
            FieldState.Absent => Reject(kind, FrameFault.MissingField, name, default),
            FieldState.WrongType => Reject(kind, FrameFault.WrongType, name, in field),
            _ => default,
        };
        return field.State != FieldState.Found;
    }

    private static bool TryReadTime(in EventField field, out long micros)
    {
        micros = 0;
        if (field.Value < 0)
        {
            return false;
        }

        micros = Micros.FromEpoch(field.Value);
        return IsAcceptedTime(micros);
    }

    private static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> utf8, in EventField field, Span<byte> scratch)
    {
        if (field.State != FieldState.Found)
        {
            return default;
        }

        if (!field.Escaped)
        {
            return utf8.Slice(field.Start, field.Length);
        }

        if (field.Length > scratch.Length)
        {
            return default;
        }

        var reader = new Utf8JsonReader(utf8.Slice(field.Start - 1, field.Length + 2));
        reader.Read();
        return scratch[..reader.CopyString(scratch)];
    }

    private static BinanceFrame Reject(FrameKind kind, FrameFault fault, char field, in EventField at, SymbolSpec? spec = null) =>
        new(kind, fault, field, at.Start, at.Length, spec);
}
