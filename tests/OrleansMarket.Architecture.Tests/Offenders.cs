namespace OrleansMarket.Architecture.Tests;

internal static class Offenders
{
    /// <summary>Fails with every offender on its own line; Assert.Empty would cut the list short.</summary>
    public static void ShouldBeNone<T>(this IEnumerable<T> offenders)
    {
        var list = offenders.ToList();
        Assert.True(list.Count == 0, $"{list.Count} found:{Environment.NewLine}{string.Join(Environment.NewLine, list)}");
    }
}
