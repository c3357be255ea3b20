using OrleansMarket.Standalone.Commands;

return await MarketCommandLine.InvokeAsync(
    MarketCommandLine.Create(TimeProvider.System), args.Length == 0 ? ["serve"] : args, Console.Out, Console.Error);
