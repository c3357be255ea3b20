using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>The whole state of an engine in one piece.</summary>
internal static class EngineBytes
{
    /// <summary>The state as it is now.</summary>
    public static byte[] Save(this SymbolEngine engine)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        engine.Save(writer);
        return stream.ToArray();
    }

    /// <summary>Goes on from a state.</summary>
    public static void Load(this SymbolEngine engine, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        engine.Load(reader);
    }
}
