using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Checkout.Root;

    /// <summary>The full path of a file, from its path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(At(parts));
}
