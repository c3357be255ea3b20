namespace OrleansMarket.Domain.Tests;

/// <summary>Counts what a piece of work takes from the heap.</summary>
internal static class Allocations
{
    private const int Runs = 6;

    /// <summary>
    /// The fewest bytes that this thread allocates in a few runs. What the work allocates it allocates each time; what the runtime does beside it (a class
    /// that it loads, a loop that it compiles anew on this thread), at moments that depend on the machine, it does once.
    /// </summary>
    /// <param name="run">The work; each run goes on where the last one ended.</param>
    public static long Of(Action run)
    {
        var fewest = long.MaxValue;
        for (var again = 0; again < Runs && fewest > 0; again++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
