using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Silo.Redis;

/// <summary>A whale sweep as bytes.</summary>
internal static class StoredSweep
{
    private const byte Version = 1;
    private const int Capacity = 160;

    public static byte[] Write(SymbolSpec spec, Sweep sweep) => StoredBytes.Write(Capacity, writer =>
    {
        writer.Write(Version);
        writer.Write((byte)StoredScale.Of(spec).Code);
        SweepFormat.Row.WriteWhale(writer, in sweep);
    });

    /// <summary>Reads a sweep, in the scale it was written in.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer build wrote them.</exception>
    public static (SymbolSpec Spec, Sweep Sweep) Read(byte[] bytes, Symbol symbol) => StoredBytes.Read(bytes, reader =>
    {
        reader.Expect(Version, "whale");
        var spec = StoredScale.FromCode(reader.ReadByte()).SpecOf(symbol);
        return (spec, SweepFormat.Row.ReadWhale(reader));
    });
}
