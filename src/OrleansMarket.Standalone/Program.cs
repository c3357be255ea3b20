using System.CommandLine;

var root = new RootCommand("OrleansMarket in one process: every trade counted once, every alert worth reading.");

return await root.Parse(args.Length == 0 ? ["--help"] : args).InvokeAsync();
