namespace OrleansMarket.Domain.Engine;

/// <summary>The share of trade ids present over the last 60 settled minutes.</summary>
internal sealed class Completeness
{
    private const int Minutes = 60;

    private readonly long[] _present = new long[Minutes];
    private readonly long[] _missing = new long[Minutes];
    private int _next;

    /// <summary>Gets the share, 0 to 1; 1 when nothing is known to be missing.</summary>
    public double Share { get; private set; } = 1;

    public void Add(long present, long missing)
    {
        _present[_next] = present;
        _missing[_next] = missing;
        _next = (_next + 1) % Minutes;
        long held = 0, lost = 0;
        for (var index = 0; index < Minutes; index++)
        {
            held += _present[index];
            lost += _missing[index];
        }

        Share = lost == 0 ? 1 : (double)held / (held + lost);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_next);
        writer.Write(Share);
        for (var index = 0; index < Minutes; index++)
        {
            writer.Write(_present[index]);
            writer.Write(_missing[index]);
        }
    }

    public void Load(BinaryReader reader)
    {
        _next = reader.ReadInt32();
        Share = reader.ReadDouble();
        for (var index = 0; index < Minutes; index++)
        {
            _present[index] = reader.ReadInt64();
            _missing[index] = reader.ReadInt64();
        }
    }
}
