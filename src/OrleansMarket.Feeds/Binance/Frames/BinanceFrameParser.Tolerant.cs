using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <content>The reader for any JSON: other field order, white space, escapes and further fields.</content>
public sealed partial class BinanceFrameParser
{
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
                dataState = ReadData(ref reader, out data);
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

    private static DataState ReadData(ref Utf8JsonReader reader, out EventFields data)
    {
        data = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var state = reader.TokenType == JsonTokenType.StartArray ? DataState.Array : DataState.WrongType;
            reader.Skip();
            return state;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, ref data);
        }

        return DataState.Object;
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

    private static void ExpectEnd(ref Utf8JsonReader reader)
    {
        // Reads on to the end of the bytes, so that anything after the value is an error.
        reader.Read();
    }
}
