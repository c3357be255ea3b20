using OrleansMarket.Silo.Hosting;

return await SiloCommandLine.InvokeAsync(args, Console.Out, Console.Error);
