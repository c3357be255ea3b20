namespace OrleansMarket.Domain.Engine;

/// <summary>What an engine took and refused, in trades.</summary>
internal struct EngineCounts
{
    public long Trades;
    public long Duplicates;
    public long Late;
    public long Gaps;
    public long RepairedIds;
    public long Refused;

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(Trades);
        writer.Write(Duplicates);
        writer.Write(Late);
        writer.Write(Gaps);
        writer.Write(RepairedIds);
        writer.Write(Refused);
    }

    public void Load(BinaryReader reader)
    {
        Trades = reader.ReadInt64();
        Duplicates = reader.ReadInt64();
        Late = reader.ReadInt64();
        Gaps = reader.ReadInt64();
        RepairedIds = reader.ReadInt64();
        Refused = reader.ReadInt64();
    }
}
