namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>One row of the report.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Target">What is promised; empty when nothing is.</param>
/// <param name="Met">Whether the promise is kept.</param>
internal sealed record RatioLine(string What, string Measured, string Target = "", bool? Met = null);
