using BenchmarkDotNet.Running;
using OrleansMarket.Benchmarks.Ratios;

// "ratios" measures the product's promises in one run, without BenchmarkDotNet; everything else is BenchmarkDotNet's.
if (args is ["ratios", ..])
{
    return await RatioReport.RunAsync(args[1..]);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
