using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <content>The reader for any JSON: other field order, white space, escapes, further fields, and everything that is no trade.</content>
public sealed partial class BinanceFrameParser
{
    private const int LongestEscapedText = 1_024;
    private const int LongestEscapedName = 72; // "lastUpdateId", each letter as \uXXXX

    private enum DataState : byte
    {
        Absent,
        Object,
        Array,
        WrongType,
    }

    /// <summary>Judges any frame, without the scanner.</summary>
    internal FrameVerdict ParseTolerant(ReadOnlySpan<byte> utf8, long receivedTimeMicros, out BinanceFrame frame)
    {
        if (utf8.IsEmpty)
        {
            frame = Reject(FrameKind.Unknown, FrameFault.Empty, default, default);
        }
        else if (!Utf8.IsValid(utf8))
        {
            frame = Reject(FrameKind.Unknown, FrameFault.NotUtf8, default, default);
        }
        else
        {
            var reader = new Utf8JsonReader(utf8);
            try
            {
                frame = Judge(ref reader, utf8, receivedTimeMicros);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // Utf8JsonReader says "not JSON" by exception, and "half a surrogate pair" by another.
                frame = new BinanceFrame(FrameKind.Unknown, FrameFault.NotJson, '\0', (int)reader.BytesConsumed, 0, null);
            }
        }

        return frame.Verdict;
    }

    private BinanceFrame Judge(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, long receivedTimeMicros)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var root = new EventField { Start = (int)reader.TokenStartIndex, Length = utf8.Length };
            var isArray = reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
            ExpectEnd(ref reader);
            return isArray ? new BinanceFrame(FrameKind.Other) : Reject(FrameKind.Unknown, FrameFault.NotAnObject, '\0', in root);
        }

        EventFields raw = default;
        EventFields data = default;
        EventField stream = default;
        EventField dataField = default;
        var dataState = DataState.Absent;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("stream"u8))
            {
                reader.Read();
                stream = ReadTextField(ref reader);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                dataField = new EventField { Start = (int)reader.TokenStartIndex, Length = utf8.Length };
                dataState = reader.TokenType switch
                {
                    JsonTokenType.StartObject => DataState.Object,
                    JsonTokenType.StartArray => DataState.Array,
                    _ => DataState.WrongType,
                };
                data = default;
                if (dataState == DataState.Object)
                {
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        ReadField(ref reader, ref data);
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
            else
            {
                ReadField(ref reader, ref raw);
            }
        }

        ExpectEnd(ref reader);
        if (dataState == DataState.Array)
        {
            return new BinanceFrame(FrameKind.Other);
        }

        if (dataState == DataState.WrongType)
        {
            return Reject(FrameKind.Unknown, FrameFault.WrongType, 'd', in dataField);
        }

        if (dataState == DataState.Absent && stream.State == FieldState.Found && raw.EventName.State == FieldState.Absent)
        {
            return Reject(FrameKind.Unknown, FrameFault.MissingField, 'd', default);
        }

        return JudgeEvent(utf8, dataState == DataState.Object ? data : raw, in stream, receivedTimeMicros);
    }

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
        var isAggregate = kind == FrameKind.AggregateTrade;

        // Absent fields and wrong types first, in wire order, so that each frame has one reason.
        if (fields.EventTime.State == FieldState.WrongType)
        {
            return Reject(kind, FrameFault.WrongType, 'E', in fields.EventTime);
        }

        if (Missing(kind, in fields.Symbol, 's', out var rejected)
            || (!isAggregate && Missing(kind, in fields.TradeId, 't', out rejected))
            || (isAggregate && Missing(kind, in fields.AggregateId, 'a', out rejected))
            || Missing(kind, in fields.Price, 'p', out rejected)
            || Missing(kind, in fields.Quantity, 'q', out rejected)
            || (isAggregate && Missing(kind, in fields.FirstId, 'f', out rejected))
            || (isAggregate && Missing(kind, in fields.LastId, 'l', out rejected))
            || Missing(kind, in fields.TradeTime, 'T', out rejected)
            || Missing(kind, in fields.BuyerIsMaker, 'm', out rejected))
        {
            return rejected;
        }

        Span<byte> scratch = stackalloc byte[LongestEscapedText];
        var name = TextOf(utf8, in fields.Symbol, scratch);
        if (_symbols.Find(name) is not { } spec)
        {
            return Reject(kind, FrameFault.UnknownSymbol, 's', in fields.Symbol);
        }

        if (!streamName.IsEmpty)
        {
            var at = streamName.IndexOf((byte)'@');
            var streamSymbol = at < 0 ? streamName : streamName[..at];
            if (!Ascii.EqualsIgnoreCase(streamSymbol, name) && !ReferenceEquals(_symbols.FindKnown(streamSymbol), spec))
            {
                return Reject(kind, FrameFault.SymbolMismatch, 's', in fields.Symbol, spec);
            }
        }

        long first, last;
        if (isAggregate)
        {
            if (fields.AggregateId.Value < 0)
            {
                return Reject(kind, FrameFault.BadId, 'a', in fields.AggregateId, spec);
            }

            first = fields.FirstId.Value;
            last = fields.LastId.Value;
            if (first < 0)
            {
                return Reject(kind, FrameFault.BadId, 'f', in fields.FirstId, spec);
            }

            if (last < first)
            {
                return Reject(kind, FrameFault.BadId, 'l', in fields.LastId, spec);
            }
        }
        else
        {
            first = last = fields.TradeId.Value;
            if (first < 0)
            {
                return Reject(kind, FrameFault.BadId, 't', in fields.TradeId, spec);
            }
        }

        if (!TryReadTime(in fields.TradeTime, out var tradeTime))
        {
            return Reject(kind, FrameFault.BadTime, 'T', in fields.TradeTime, spec);
        }

        var eventTime = tradeTime;
        if (fields.EventTime.State == FieldState.Found && !TryReadTime(in fields.EventTime, out eventTime))
        {
            return Reject(kind, FrameFault.BadTime, 'E', in fields.EventTime, spec);
        }

        if (!BelongTogether(tradeTime, eventTime))
        {
            return Reject(kind, FrameFault.TimesApart, 'T', in fields.TradeTime, spec);
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
        var print = isAggregate
            ? Print.Aggregate(spec, first, last, tradeTime, price, quantity, taker)
            : Print.Trade(spec, first, tradeTime, price, quantity, taker);
        return new BinanceFrame(kind, spec, new ReceivedPrint(print, eventTime, receivedTimeMicros));
    }

    [SkipLocalsInit]
    private static void ReadField(ref Utf8JsonReader reader, ref EventFields fields)
    {
        Span<byte> unescaped = stackalloc byte[LongestEscapedName];
        scoped var name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            name = name.Length > LongestEscapedName ? default : unescaped[..reader.CopyString(unescaped)];
        }

        var key = name.Length == 1 ? (char)name[0] : '\0';
        if (key == '\0')
        {
            fields.HasLastUpdateId |= name.SequenceEqual("lastUpdateId"u8);
            fields.HasResult |= name.SequenceEqual("result"u8) || name.SequenceEqual("error"u8);
            fields.HasCode |= name.SequenceEqual("code"u8);
            fields.HasMessage |= name.SequenceEqual("msg"u8);
        }

        reader.Read();
        switch (key)
        {
            case 'e':
                fields.EventName = ReadTextField(ref reader);
                fields.Kind = fields.EventName.State == FieldState.Found ? KindOf(ref reader) : FrameKind.Unknown;
                break;
            case 's': fields.Symbol = ReadTextField(ref reader); break;
            case 'p': fields.Price = ReadTextField(ref reader); break;
            case 'q': fields.Quantity = ReadTextField(ref reader); break;
            case 'E': fields.EventTime = ReadNumberField(ref reader); break;
            case 't': fields.TradeId = ReadNumberField(ref reader); break;
            case 'T': fields.TradeTime = ReadNumberField(ref reader); break;
            case 'a': fields.AggregateId = ReadNumberField(ref reader); break;
            case 'f': fields.FirstId = ReadNumberField(ref reader); break;
            case 'l': fields.LastId = ReadNumberField(ref reader); break;
            case 'm':
                var isBoolean = reader.TokenType is JsonTokenType.True or JsonTokenType.False;
                fields.BuyerIsMaker = FieldAt(ref reader, isBoolean);
                fields.BuyerIsMaker.Value = reader.TokenType == JsonTokenType.True ? 1 : 0;
                break;
            case 'u':
                fields.HasUpdateId = true;
                break;
            case 'b':
                fields.HasBid = true;
                break;
        }

        reader.Skip();
    }

    private static FrameKind KindOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("trade"u8) ? FrameKind.Trade
        : reader.ValueTextEquals("aggTrade"u8) ? FrameKind.AggregateTrade
        : reader.ValueTextEquals("depthUpdate"u8) ? FrameKind.Depth
        : reader.ValueTextEquals("serverShutdown"u8) ? FrameKind.ServerShutdown
        : FrameKind.Other;

    private static EventField ReadTextField(ref Utf8JsonReader reader) => FieldAt(ref reader, reader.TokenType == JsonTokenType.String);

    private static EventField ReadNumberField(ref Utf8JsonReader reader)
    {
        var value = 0L;
        var field = FieldAt(ref reader, reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value));
        field.Value = value;
        return field;
    }

    private static EventField FieldAt(ref Utf8JsonReader reader, bool rightType)
    {
        // A string's bytes are those between its quotes.
        var quote = reader.TokenType == JsonTokenType.String ? 1 : 0;
        return new EventField
        {
            State = rightType ? FieldState.Found : FieldState.WrongType,
            Escaped = quote == 1 && reader.ValueIsEscaped,
            Start = (int)reader.TokenStartIndex + quote,
            Length = reader.ValueSpan.Length,
        };
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

    private static void ExpectEnd(ref Utf8JsonReader reader)
    {
        // Reads on to the end of the bytes, so that anything after the value is an error.
        reader.Read();
    }

    private static BinanceFrame Reject(FrameKind kind, FrameFault fault, char field, in EventField at, SymbolSpec? spec = null) =>
        new(kind, fault, field, at.Start, at.Length, spec);
}
