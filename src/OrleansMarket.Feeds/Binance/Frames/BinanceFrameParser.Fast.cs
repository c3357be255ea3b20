using System.Runtime.CompilerServices;
using System.Text;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <content>The scanner for frames exactly as the exchange writes them.</content>
public sealed partial class BinanceFrameParser
{
    private const int MostDigits = 18; // 10^18 − 1 fits 64 bits whatever the digits are

    /// <summary>Reads a frame in the exchange's own field order without white space, escapes or further fields.</summary>
    /// <returns>Whether it is such a frame and a valid trade; <see langword="false"/> says nothing about the frame.</returns>
    internal bool TryParseFast(ReadOnlySpan<byte> utf8, long receivedTimeMicros, out BinanceFrame frame)
    {
        frame = default;
        var rest = utf8;
        ReadOnlySpan<byte> streamSymbol = default;
        var combined = Skip(ref rest, "{\"stream\":\""u8);
        if (combined)
        {
            var at = rest.IndexOf((byte)'@');
            if (at <= 0)
            {
                return false;
            }

            streamSymbol = rest[..at];
            rest = rest[at..];
            if (!Skip(ref rest, "@trade\",\"data\":"u8))
            {
                return false;
            }
        }

        if (!Skip(ref rest, "{\"e\":\"trade\",\"E\":"u8)
            || !ReadDigits(ref rest, out var eventTime)
            || !Skip(ref rest, ",\"s\":\""u8)
            || !ReadText(ref rest, out var name)
            || !Skip(ref rest, ",\"t\":"u8)
            || !ReadDigits(ref rest, out var id)
            || !Skip(ref rest, ",\"p\":\""u8)
            || !ReadText(ref rest, out var priceText)
            || !Skip(ref rest, ",\"q\":\""u8)
            || !ReadText(ref rest, out var quantityText)
            || !Skip(ref rest, ",\"T\":"u8)
            || !ReadDigits(ref rest, out var tradeTime)
            || !Skip(ref rest, ",\"m\":"u8)
            || !ReadBoolean(ref rest, out var buyerIsMaker)
            || !Skip(ref rest, ",\"M\":"u8)
            || !ReadBoolean(ref rest, out _)
            || !rest.SequenceEqual(combined ? "}}"u8 : "}"u8))
        {
            return false;
        }

        if (_symbols.FindKnown(name) is not { } spec
            || (combined && !Ascii.EqualsIgnoreCase(streamSymbol, name) && !ReferenceEquals(_symbols.FindKnown(streamSymbol), spec)))
        {
            return false;
        }

        if (!ScaledNumber.TryParse(priceText, spec.PriceDecimals, out var price)
            || !ScaledNumber.TryParse(quantityText, spec.QuantityDecimals, out var quantity)
            || price <= 0 || price < spec.MinPrice || price > spec.MaxPrice
            || quantity <= 0 || quantity < spec.MinQuantity || quantity > spec.MaxQuantity)
        {
            return false;
        }

        eventTime = Micros.FromEpoch(eventTime);
        tradeTime = Micros.FromEpoch(tradeTime);
        if (!IsAcceptedTime(eventTime) || !IsAcceptedTime(tradeTime) || !BelongTogether(tradeTime, eventTime))
        {
            return false;
        }

        frame = new BinanceFrame(FrameKind.Trade, spec, new ReceivedPrint(
            Print.Trade(spec, id, tradeTime, price, quantity, buyerIsMaker ? TakerSide.Sell : TakerSide.Buy), eventTime, receivedTimeMicros));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadDigits(ref ReadOnlySpan<byte> rest, out long value)
    {
        value = 0;
        var length = 0;
        for (; length < rest.Length; length++)
        {
            var digit = (uint)(rest[length] - '0');
            if (digit > 9)
            {
                break;
            }

            value = (value * 10) + digit; // may wrap; such a length is refused below
        }

        // JSON knows no leading zeros.
        if (length is 0 or > MostDigits || (length > 1 && rest[0] == '0'))
        {
            return false;
        }

        rest = rest[length..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var length = rest.IndexOf((byte)'"');
        if (length <= 0)
        {
            text = default;
            return false;
        }

        // Escapes and control characters are not looked for: no symbol and no number holds any.
        text = rest[..length];
        rest = rest[(length + 1)..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadBoolean(ref ReadOnlySpan<byte> rest, out bool value)
    {
        value = Skip(ref rest, "true"u8);
        return value || Skip(ref rest, "false"u8);
    }
}
