using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
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
        writer.Write(sweep.FirstId);
        writer.Write(sweep.LastId);
        writer.Write(sweep.TradeTimeMicros);
        writer.Write((byte)sweep.Taker);
        writer.Write(sweep.Quantity);
        writer.Write(sweep.QuoteAmount);
        writer.Write(sweep.FirstPrice);
        writer.Write(sweep.LastPrice);
        writer.Write(sweep.Levels);
        writer.Write(sweep.PriceBefore);
        writer.Write(sweep.NotionalUsd);
        writer.Write(sweep.Threshold);
        writer.Write(sweep.Revised);
    });

    /// <summary>Reads a sweep, in the scale it was written in.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer build wrote them.</exception>
    public static (SymbolSpec Spec, Sweep Sweep) Read(byte[] bytes, Symbol symbol) => StoredBytes.Read(bytes, reader =>
    {
        reader.Expect(Version, "whale");
        var spec = StoredScale.FromCode(reader.ReadByte()).SpecOf(symbol);
        return (spec, new Sweep
        {
            FirstId = reader.ReadInt64(),
            LastId = reader.ReadInt64(),
            TradeTimeMicros = reader.ReadInt64(),
            Taker = (TakerSide)reader.ReadByte(),
            Quantity = reader.ReadInt128(),
            QuoteAmount = reader.ReadInt128(),
            FirstPrice = reader.ReadInt64(),
            LastPrice = reader.ReadInt64(),
            Levels = reader.ReadInt32(),
            PriceBefore = reader.ReadInt64(),
            NotionalUsd = reader.ReadDouble(),
            Threshold = reader.ReadDouble(),
            Revised = reader.ReadBoolean(),
        });
    });
}
