using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace OrleansMarket.Domain.Engine;

/// <summary>How hot states and bases lie in a store: a version, what they are, and the rest compressed.</summary>
internal static class EngineStateFormat
{
    /// <summary>The build before wrote one snapshot, which begins with this.</summary>
    public const byte Previous = 2;

    private const byte Version = 3;
    private const byte Hot = 1;
    private const byte Base = 2;

    public static bool IsPrevious(ReadOnlyMemory<byte> state) => state.Length > 0 && state.Span[0] == Previous;

    /// <summary>Writes a hot state.</summary>
    /// <param name="needed">The base it refers to.</param>
    /// <param name="changes">What happened since; <see langword="null"/> when the base says all.</param>
    public static byte[] WriteHot(BaseReference needed, MemoryStream? changes)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(Hot);
        writer.Write(needed.Number);
        writer.Write(needed.Digest);
        writer.Write(changes is not null);
        if (changes is not null)
        {
            Compress(changes, writer);
        }

        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="WriteHot"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is of another version, or damaged.</exception>
    public static (BaseReference Base, ReadOnlyMemory<byte>? Changes) ReadHot(ReadOnlyMemory<byte> state)
    {
        using var reader = Open(state, Hot, "hot state");
        try
        {
            var needed = new BaseReference(reader.ReadInt64(), reader.ReadUInt64());
            return (needed, reader.ReadBoolean() ? Decompress(reader) : (ReadOnlyMemory<byte>?)null);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new InvalidDataException("expected a whole hot state of an engine, found a damaged one: start this symbol anew", exception);
        }
    }

    /// <summary>Writes a base and tells how hot states refer to it.</summary>
    public static (byte[] Bytes, BaseReference Reference) WriteBase(long number, MemoryStream whole)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(Base);
        writer.Write(number);
        Compress(whole, writer);
        var bytes = stream.ToArray();
        return (bytes, new BaseReference(number, DigestOf(bytes)));
    }

    /// <summary>The base that a hot state refers to, or <see langword="null"/> when it is not among those.</summary>
    public static ReadOnlyMemory<byte>? Find(IEnumerable<EngineBase> bases, BaseReference needed)
    {
        foreach (var stored in bases.Select(known => known.Bytes))
        {
            if (DigestOf(stored.Span) == needed.Digest)
            {
                return ReadBase(stored).Whole;
            }
        }

        return null;
    }

    /// <summary>The newest base that can be read, or <see langword="null"/>.</summary>
    public static (BaseReference Reference, ReadOnlyMemory<byte> Whole)? FindNewest(IEnumerable<EngineBase> bases)
    {
        (BaseReference Reference, ReadOnlyMemory<byte> Whole)? newest = null;
        foreach (var stored in bases.Select(known => known.Bytes))
        {
            try
            {
                var (number, whole) = ReadBase(stored);
                if (newest is null || newest.Value.Reference.Number < number)
                {
                    newest = (new BaseReference(number, DigestOf(stored.Span)), whole);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
            {
                // The other one may do.
            }
        }

        return newest;
    }

    private static (long Number, ReadOnlyMemory<byte> Whole) ReadBase(ReadOnlyMemory<byte> stored)
    {
        using var reader = Open(stored, Base, "base");
        return (reader.ReadInt64(), Decompress(reader));
    }

    private static BinaryReader Open(ReadOnlyMemory<byte> stored, byte kind, string name)
    {
        var version = stored.Length > 0 ? stored.Span[0] : 0;
        if (version != Version)
        {
            throw new InvalidDataException(
                $"expected version {Version} of an engine's {name}, found {version}: start with the build that wrote it, or without the state");
        }

        if (stored.Length < 2 || stored.Span[1] != kind)
        {
            throw new InvalidDataException($"expected an engine's {name}, found something else: start this symbol anew");
        }

        return new BinaryReader(new MemoryStream(stored[2..].ToArray()));
    }

    private static ulong DigestOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    private static void Compress(MemoryStream from, BinaryWriter to)
    {
        to.Write((int)from.Length);
        using var zlib = new ZLibStream(to.BaseStream, CompressionLevel.Fastest, leaveOpen: true);
        zlib.Write(from.GetBuffer(), 0, (int)from.Length);
    }

    private static ReadOnlyMemory<byte> Decompress(BinaryReader from)
    {
        var length = from.ReadInt32();
        using var zlib = new ZLibStream(from.BaseStream, CompressionMode.Decompress);
        using var to = new MemoryStream();
        zlib.CopyTo(to);
        return to.Length == length ? to.ToArray() : throw new InvalidDataException($"expected {length} bytes, found {to.Length}");
    }
}

/// <summary>How a hot state refers to its base.</summary>
/// <param name="Number">Bases of a symbol are numbered from 1; 0 refers to none: nothing had happened.</param>
/// <param name="Digest">What its bytes hash to.</param>
internal readonly record struct BaseReference(long Number, ulong Digest);
