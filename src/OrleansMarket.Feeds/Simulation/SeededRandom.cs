using System.Numerics;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>
/// A small generator with a state of 64 bits, so that every block of the tape can have its own. SplitMix64: Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    public SeededRandom(ulong seed) => _state = seed;

    /// <summary>Mixes the parts of a key into one seed.</summary>
    public static ulong Mix(ulong left, ulong right)
    {
        var random = new SeededRandom(left ^ BitOperations.RotateLeft(right * 0xD6E8_FEB8_6659_FD93, 32));
        random.NextBits();
        return random.NextBits() ^ right;
    }

    /// <summary>A standard normal number that belongs to a key, the same at every call.</summary>
    public static double NormalOf(ulong seed, long key)
    {
        var random = new SeededRandom(Mix(seed, (ulong)key));
        return random.NextNormal();
    }

    public ulong NextBits()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in (0, 1): never 0, so that its logarithm exists.</summary>
    public double NextOpen() => ((NextBits() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 to <paramref name="exclusive"/> − 1.</summary>
    public int Next(int exclusive) => (int)(((NextBits() >> 32) * (ulong)exclusive) >> 32);

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(NextOpen())) * Math.Cos(2 * Math.PI * NextOpen());

    /// <summary>Student's t with four degrees of freedom, scaled to variance 1: the tails that prices have.</summary>
    public double NextFatTailed()
    {
        // A chi-square of four degrees is −2·ln(u·v); the variance of t(4) is 2.
        var chiSquare = -2 * Math.Log(NextOpen() * NextOpen());
        return NextNormal() / Math.Sqrt(chiSquare / 4) / Math.Sqrt(2);
    }
}
