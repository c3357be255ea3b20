using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>One CSV row split into fields, for the careful look: every field is judged by itself and every fault has words.</summary>
internal ref struct DumpRow
{
    /// <summary>The most columns of any dump.</summary>
    public const int MaxColumns = 12;

    private const int LongestQuote = 40;

    private readonly ReadOnlySpan<byte> _row;
    private Bounds _bounds;

    public DumpRow(ReadOnlySpan<byte> row)
    {
        _row = row;
        var start = 0;
        while (true)
        {
            var comma = row[start..].IndexOf((byte)',');
            var end = comma < 0 ? row.Length : start + comma;
            if (Columns < MaxColumns)
            {
                _bounds[Columns] = (start, end);
            }

            Columns++;
            if (comma < 0)
            {
                break;
            }

            start = end + 1;
        }
    }

    /// <summary>Gets how many columns the row has, also beyond <see cref="MaxColumns"/>.</summary>
    public int Columns { get; }

    /// <summary>Gets what was expected and what was found; <see langword="null"/> while nothing is wrong.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets why the row is refused; only of meaning with an <see cref="Error"/>.</summary>
    public DeadLetterReason Reason { get; private set; }

    /// <summary>One field, without the blanks and quotes around it.</summary>
    public readonly ReadOnlySpan<byte> this[int column]
    {
        get
        {
            var (start, end) = _bounds[column];
            return _row[start..end].Trim(" \t\""u8);
        }
    }

    /// <summary>Reads an id, at least 0.</summary>
    public long Id(int column, string name)
    {
        var text = this[column];
        if (!Utf8Parser.TryParse(text, out long value, out var used) || used != text.Length)
        {
            Fail(DeadLetterReason.Malformed, name, "a whole number", text);
        }
        else if (value is < 0 or > Print.MaxId)
        {
            Fail(DeadLetterReason.BadId, name, $"a number from 0 to {Print.MaxId}", text);
        }

        return value;
    }

    /// <summary>Reads a time in ms or µs; answers µs.</summary>
    public long Time(int column)
    {
        var text = this[column];
        if (!Utf8Parser.TryParse(text, out long value, out var used) || used != text.Length)
        {
            Fail(DeadLetterReason.Malformed, "time", "whole milliseconds or microseconds", text);
            return 0;
        }

        if (value is < 0 or >= Micros.Latest || Micros.FromEpoch(value) is < Micros.Earliest or >= Micros.Latest)
        {
            Fail(DeadLetterReason.BadTime, "time", "between 2017 and 2099 in ms or µs", text);
        }

        return value < 0 ? 0 : Micros.FromEpoch(value);
    }

    /// <summary>Reads a price inside the symbol's limits.</summary>
    public long Price(int column, SymbolSpec spec) =>
        Number(column, "price", DeadLetterReason.BadPrice, spec.PriceDecimals, spec.MinPrice, spec.MaxPrice);

    /// <summary>Reads a quantity inside the symbol's limits.</summary>
    public long Quantity(int column, SymbolSpec spec) =>
        Number(column, "quantity", DeadLetterReason.BadQuantity, spec.QuantityDecimals, spec.MinQuantity, spec.MaxQuantity);

    /// <summary>Reads a sum such as a volume: not negative, up to 128 bits.</summary>
    public Int128 Amount(int column, string name, int decimals)
    {
        var text = this[column];
        if (!TryParseAmount(text, decimals, out var value))
        {
            Fail(DeadLetterReason.BadQuantity, name, $"a number of at least 0 with at most {decimals} decimals", text);
        }

        return value;
    }

    /// <summary>Reads a boolean in any spelling of the dumps.</summary>
    public bool Flag(int column, string name)
    {
        var text = this[column];
        if (text.SequenceEqual("1"u8) || Ascii.EqualsIgnoreCase(text, "true"u8))
        {
            return true;
        }

        if (!text.SequenceEqual("0"u8) && !Ascii.EqualsIgnoreCase(text, "false"u8))
        {
            Fail(DeadLetterReason.Malformed, name, "true or false", text);
        }

        return false;
    }

    /// <summary>Checks the number of columns.</summary>
    public bool HasColumns(int fewest, int most, string names)
    {
        if (Columns >= fewest && Columns <= most)
        {
            return true;
        }

        Error = string.Create(CultureInfo.InvariantCulture, $"expected {(fewest == most ? $"{most}" : $"{fewest} or {most}")} columns ({names}), found {Columns}");
        Reason = DeadLetterReason.WrongColumns;
        return false;
    }

    /// <summary>Remembers a fault; the first one counts.</summary>
    public void Fail(DeadLetterReason reason, string name, string expected, ReadOnlySpan<byte> found)
    {
        if (Error is null)
        {
            Error = $"expected {name} to be {expected}, found {Quote(found)}";
            Reason = reason;
        }
    }

    /// <summary>A field as it may be shown: short, and without control characters, which could forge a line on a terminal.</summary>
    internal static string Quote(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty)
        {
            return "nothing";
        }

        var text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, LongestQuote)]);
        return $"'{string.Concat(text.Select(c => char.IsControl(c) ? '.' : c))}{(field.Length > LongestQuote ? "…" : "")}'";
    }

    private long Number(int column, string name, DeadLetterReason reason, int decimals, long smallest, long largest)
    {
        var text = this[column];
        if (!ScaledNumber.TryParse(text, decimals, out var value) || value < smallest || value > largest)
        {
            Fail(reason, name, string.Create(CultureInfo.InvariantCulture,
                $"from {ScaledNumber.ToDecimal(smallest, decimals)} to {ScaledNumber.ToDecimal(largest, decimals)} with at most {decimals} decimals"), text);
        }

        return value;
    }

    private static bool TryParseAmount(ReadOnlySpan<byte> text, int decimals, out Int128 value)
    {
        const int LongestText = 36; // 10^35 is well inside 127 bits
        value = 0;
        if (text.Length is 0 or > LongestText || text[0] == '.')
        {
            return false;
        }

        var places = -1;
        foreach (var b in text)
        {
            var digit = (uint)(b - '0');
            if (digit <= 9)
            {
                if (places >= decimals)
                {
                    if (digit != 0)
                    {
                        return false;
                    }

                    continue;
                }

                value = (value * 10) + digit;
                places += places >= 0 ? 1 : 0;
            }
            else if (b != '.' || places >= 0)
            {
                return false;
            }
            else
            {
                places = 0;
            }
        }

        if (text[^1] == '.')
        {
            return false;
        }

        value *= ScaledNumber.PowerOfTen(decimals - Math.Max(0, places));
        return true;
    }

    [InlineArray(MaxColumns)]
    private struct Bounds
    {
        private (int Start, int End) _first;
    }
}
