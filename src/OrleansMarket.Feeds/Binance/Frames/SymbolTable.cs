using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>
/// Finds a symbol's specification by the UTF-8 bytes of its name, in upper or lower case, without allocation.
/// Reading is safe from any thread; a table that discovers symbols publishes a new array for each.
/// </summary>
/// <remarks>Stream names are lower case, the field <c>s</c> is upper case; ASCII letters match in any case. Names may hold non-ASCII letters.</remarks>
public sealed class SymbolTable
{
    private const int LongestName = Symbol.MaxLength * 3;

    private readonly Lock _writing = new();
    private readonly Func<Symbol, SymbolSpec?>? _discover;
    private Entry[] _entries = new Entry[8];
    private int _count;

    /// <summary>Builds a table.</summary>
    /// <param name="specs">The symbols to follow; a repeated symbol takes the last specification.</param>
    /// <param name="discover">Asked once for each symbol not listed: a specification to follow it from now on, or <see langword="null"/> to refuse.</param>
    public SymbolTable(IEnumerable<SymbolSpec> specs, Func<Symbol, SymbolSpec?>? discover = null)
    {
        ArgumentNullException.ThrowIfNull(specs);
        _discover = discover;
        foreach (var spec in specs)
        {
            Add(spec);
        }
    }

    /// <summary>Finds a specification by name; a table that discovers may add it.</summary>
    /// <param name="name">UTF-8 letters and digits.</param>
    public SymbolSpec? Find(ReadOnlySpan<byte> name) => FindKnown(name) ?? (_discover is null ? null : Discover(name));

    /// <summary>Finds a specification by name among those already in the table.</summary>
    internal SymbolSpec? FindKnown(ReadOnlySpan<byte> name)
    {
        var entries = Volatile.Read(ref _entries);
        var hash = Hash(name);
        var mask = entries.Length - 1;
        for (var slot = (int)hash & mask; entries[slot].Spec is { } spec; slot = (slot + 1) & mask)
        {
            ref readonly var entry = ref entries[slot];
            if (entry.Hash == hash && (name.SequenceEqual(entry.Name) || Ascii.EqualsIgnoreCase(name, entry.Name)))
            {
                return spec;
            }
        }

        return null;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        // 0x20 folds the case of ASCII letters; what else it folds is told apart by the comparison.
        const ulong Fold = 0x2020202020202020;
        ulong head, tail;
        if (name.Length >= 8)
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(name) | Fold;
            tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]) | Fold;
        }
        else
        {
            head = tail = 0;
            foreach (var b in name)
            {
                head = (head << 8) | b | 0x20u;
            }
        }

        var mixed = (head * 0x9E3779B97F4A7C15) ^ BitOperations.RotateLeft(tail * 0xC2B2AE3D27D4EB4F, 31) ^ (uint)name.Length;
        return (uint)((mixed * 0x9E3779B97F4A7C15) >> 32);
    }

    private SymbolSpec? Discover(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(name);
        if (!Symbol.IsPlausible(text))
        {
            return null;
        }

        lock (_writing)
        {
            if (FindKnown(name) is { } known)
            {
                return known;
            }

            if (_discover!(new Symbol(text)) is not { } spec)
            {
                return null;
            }

            Add(spec);
            return spec;
        }
    }

    private void Add(SymbolSpec spec)
    {
        var upper = Encoding.UTF8.GetBytes(spec.Symbol.Value);
        var lower = Encoding.UTF8.GetBytes(spec.Symbol.Value.ToLowerInvariant());
        var entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, (_count + 2) * 4))];
        var count = 0;
        foreach (var entry in _entries)
        {
            if (entry.Spec is { } old && old.Symbol != spec.Symbol)
            {
                Insert(entries, entry, ref count);
            }
        }

        Insert(entries, new Entry(Hash(upper), upper, spec), ref count);
        Insert(entries, new Entry(Hash(lower), lower, spec), ref count);
        _count = count;
        Volatile.Write(ref _entries, entries);
    }

    private static void Insert(Entry[] entries, Entry entry, ref int count)
    {
        var mask = entries.Length - 1;
        var slot = (int)entry.Hash & mask;
        while (entries[slot].Spec is not null)
        {
            slot = (slot + 1) & mask;
        }

        entries[slot] = entry;
        count++;
    }

    private readonly record struct Entry(uint Hash, byte[] Name, SymbolSpec Spec);
}
