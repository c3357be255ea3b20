using System.IO.Compression;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Engine;

/// <summary>States of an engine as former builds have written them, byte for byte: what a host finds after an upgrade.</summary>
public static class FormerStates
{
    /// <summary>Gets the symbol and its scale.</summary>
    public static SymbolSpec Spec { get; } = new(new Symbol("BTCUSDT"), priceDecimals: 2, quantityDecimals: 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    /// <summary>Gets the one snapshot (version 2) of the builds before the state had two parts, with a gap open.</summary>
    public static EngineState OneSnapshot => new(Read("snapshot-2"), []);

    /// <summary>Gets a hot state (version 3) and the base that it refers to, with a gap given up and an alert that fires.</summary>
    public static EngineState TwoParts => new(Read("hot-3"), [new EngineBase(1, Read("base-3"))]);

    /// <summary>Gets what <see cref="TwoParts"/> says, in one piece.</summary>
    public static byte[] TwoPartsWhole => Read("whole-3");

    /// <summary>Gets a hot state of a build to come.</summary>
    public static EngineState Newer => new(new byte[] { 99, 1, 2, 3 }, []);

    private static byte[] Read(string name)
    {
        using var file = new GZipStream(typeof(FormerStates).Assembly.GetManifestResourceStream($"{name}.state.gz")!, CompressionMode.Decompress);
        using var whole = new MemoryStream();
        file.CopyTo(whole);
        return whole.ToArray();
    }
}
