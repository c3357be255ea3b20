using OrleansMarket.Standalone.Commands;

return await MarketCommandLine.InvokeAsync(
    MarketCommandLine.Create(TimeProvider.System), args.Length == 0 ? ["--help"] : args, Console.Out, Console.Error);
