using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Reads the rows of <c>trades</c>, <c>historicalTrades</c>, <c>aggTrades</c> and <c>klines</c> straight into scaled numbers.</summary>
/// <remarks>Source: Binance Spot API, "Market Data endpoints". Times may be in milliseconds or microseconds. Fields may come in any order and new ones are passed over.</remarks>
internal static class AnswerReader
{
    private const int KlineColumns = 11; // the twelfth is unused

    /// <summary>Individual trades, sorted by id.</summary>
    /// <exception cref="AnswerFormatException">The answer has another shape.</exception>
    public static List<Print> Trades(SymbolSpec spec, ReadOnlySpan<byte> body) => Rows(body, spec, ReadTrade, static (a, b) => a.FirstId.CompareTo(b.FirstId));

    /// <summary>Aggregates, sorted by aggregate id.</summary>
    /// <exception cref="AnswerFormatException">The answer has another shape.</exception>
    public static List<AggregateTrade> Aggregates(SymbolSpec spec, ReadOnlySpan<byte> body) =>
        Rows(body, spec, ReadAggregate, static (a, b) => a.AggregateId.CompareTo(b.AggregateId));

    /// <summary>Klines, sorted by open time.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="interval">The window.</param>
    /// <param name="nowMicros">Now by the exchange's clock, µs: a window that ends later is still open.</param>
    /// <param name="body">The answer.</param>
    /// <exception cref="AnswerFormatException">The answer has another shape.</exception>
    public static List<Candle> Klines(SymbolSpec spec, CandleInterval interval, long nowMicros, ReadOnlySpan<byte> body) =>
        Rows(body, (spec, interval, nowMicros), ReadKline, static (a, b) => a.OpenTimeMicros.CompareTo(b.OpenTimeMicros));

    private delegate T ReadRow<T, TState>(ref Utf8JsonReader reader, TState state);

    private static List<T> Rows<T, TState>(ReadOnlySpan<byte> body, TState state, ReadRow<T, TState> read, Comparison<T> order)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartArray, "an array", ref reader);
            List<T> rows = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                rows.Add(read(ref reader, state));
            }

            reader.Read();
            rows.Sort(order);
            return rows;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new AnswerFormatException($"expected JSON rows, found {exception.Message}");
        }
    }

    private static Print ReadTrade(ref Utf8JsonReader reader, SymbolSpec spec)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, "an object", ref reader);
        long id = -1, time = -1, price = 0, quantity = 0;
        Int128? quote = null;
        bool? buyerIsMaker = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = ReadInteger(ref reader);
            }
            else if (reader.ValueTextEquals("price"u8))
            {
                price = ReadScaled(ref reader, spec.PriceDecimals);
            }
            else if (reader.ValueTextEquals("qty"u8))
            {
                quantity = ReadScaled(ref reader, spec.QuantityDecimals);
            }
            else if (reader.ValueTextEquals("quoteQty"u8))
            {
                quote = ReadWide(ref reader, spec.QuoteDecimals);
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                time = Micros.FromEpoch(ReadInteger(ref reader));
            }
            else if (reader.ValueTextEquals("isBuyerMaker"u8))
            {
                reader.Read();
                buyerIsMaker = reader.GetBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        Expect(id >= 0 && IsPlausible(time, price, quantity) && buyerIsMaker is not null, "a trade with id, price, qty, time and isBuyerMaker", ref reader);
        return new Print(id, id, time, price, quantity, quote ?? spec.QuoteAmount(price, quantity), buyerIsMaker!.Value ? TakerSide.Sell : TakerSide.Buy);
    }

    private static AggregateTrade ReadAggregate(ref Utf8JsonReader reader, SymbolSpec spec)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, "an object", ref reader);
        long id = -1, first = -1, last = -1, time = -1, price = 0, quantity = 0;
        bool? buyerIsMaker = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("a"u8))
            {
                id = ReadInteger(ref reader);
            }
            else if (reader.ValueTextEquals("p"u8))
            {
                price = ReadScaled(ref reader, spec.PriceDecimals);
            }
            else if (reader.ValueTextEquals("q"u8))
            {
                quantity = ReadScaled(ref reader, spec.QuantityDecimals);
            }
            else if (reader.ValueTextEquals("f"u8))
            {
                first = ReadInteger(ref reader);
            }
            else if (reader.ValueTextEquals("l"u8))
            {
                last = ReadInteger(ref reader);
            }
            else if (reader.ValueTextEquals("T"u8))
            {
                time = Micros.FromEpoch(ReadInteger(ref reader));
            }
            else if (reader.ValueTextEquals("m"u8))
            {
                reader.Read();
                buyerIsMaker = reader.GetBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        Expect(id >= 0 && first >= 0 && last >= first && IsPlausible(time, price, quantity) && buyerIsMaker is not null, "an aggregate with a, p, q, f, l, T and m", ref reader);
        return new AggregateTrade(id, Print.Aggregate(spec, first, last, time, price, quantity, buyerIsMaker!.Value ? TakerSide.Sell : TakerSide.Buy));
    }

    private static Candle ReadKline(ref Utf8JsonReader reader, (SymbolSpec Spec, CandleInterval Interval, long NowMicros) state)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray, "an array of 12 columns", ref reader);
        var (spec, interval, now) = state;
        var open = Micros.FromEpoch(ReadInteger(ref reader));
        var candle = new Candle
        {
            Interval = interval,
            OpenTimeMicros = open,
            Open = ReadScaled(ref reader, spec.PriceDecimals),
            High = ReadScaled(ref reader, spec.PriceDecimals),
            Low = ReadScaled(ref reader, spec.PriceDecimals),
            Close = ReadScaled(ref reader, spec.PriceDecimals),
            Volume = ReadWide(ref reader, spec.QuantityDecimals),
            Status = open + interval.LengthMicros <= now ? CandleStatus.Verified : CandleStatus.Open,
            FirstId = -1,
            LastId = -1,
        };
        ReadInteger(ref reader); // close time
        var quoteVolume = ReadWide(ref reader, spec.QuoteDecimals);
        var trades = ReadInteger(ref reader);
        candle = candle with
        {
            QuoteVolume = quoteVolume,
            TradeCount = trades,
            TakerBuyVolume = ReadWide(ref reader, spec.QuantityDecimals),
            TakerBuyQuoteVolume = ReadWide(ref reader, spec.QuoteDecimals),
            Flags = CandleFlags.FromExchange | (trades == 0 ? CandleFlags.Carried : CandleFlags.None),
        };
        var columns = KlineColumns;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            columns++;
        }

        Expect(columns == KlineColumns + 1 && trades >= 0 && interval.OpenOf(open) == open, "12 columns that begin on a window's boundary", ref reader);
        return candle;
    }

    private static bool IsPlausible(long timeMicros, long price, long quantity) =>
        timeMicros is >= Micros.Earliest and < Micros.Latest && price > 0 && quantity > 0;

    private static long ReadInteger(ref Utf8JsonReader reader)
    {
        reader.Read();
        var value = 0L;
        Expect(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value), "a whole number", ref reader);
        return value;
    }

    private static long ReadScaled(ref Utf8JsonReader reader, int decimals)
    {
        reader.Read();
        var value = 0L;
        Expect(reader.TokenType == JsonTokenType.String && ScaledNumber.TryParse(reader.ValueSpan, decimals, out value), $"a number in quotes with at most {decimals} decimals", ref reader);
        return value;
    }

    private static Int128 ReadWide(ref Utf8JsonReader reader, int decimals)
    {
        reader.Read();
        Int128 value = 0;
        Expect(reader.TokenType == JsonTokenType.String && WideNumber.TryParse(reader.ValueSpan, decimals, out value), $"a number in quotes with at most {decimals} decimals", ref reader);
        return value;
    }

    private static void Expect(bool condition, string expected, ref Utf8JsonReader reader)
    {
        if (!condition)
        {
            var found = reader.TokenType is JsonTokenType.String or JsonTokenType.Number
                ? Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 60)])
                : reader.TokenType.ToString();
            throw new AnswerFormatException($"expected {expected} at byte {reader.TokenStartIndex}, found {found}");
        }
    }
}
