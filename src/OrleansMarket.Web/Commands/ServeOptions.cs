using System.CommandLine;

namespace OrleansMarket.Web.Commands;

/// <summary>What every host is told alike: what feeds the product, where it listens and where state is kept.</summary>
public sealed class ServeOptions
{
    /// <summary>Builds the options.</summary>
    /// <param name="data">What the host says of its data folder.</param>
    public ServeOptions(string data) =>
        Data = new("--data") { Description = data, HelpName = "DIR", DefaultValueFactory = _ => "data" };

    /// <summary>Gets what feeds the product; by default <c>auto</c>.</summary>
    public Option<string> Source { get; } = new("--source")
    {
        Description = "auto (live when the exchange can be reached, else the simulator), live, simulator, or a recording",
        HelpName = "auto|live|simulator|FILE",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Gets how fast a recording is played; by default <c>1x</c>.</summary>
    public Option<string> Speed { get; } = new("--speed")
    {
        Description = "How fast a recording is played: max, 1x, 10x",
        HelpName = "max|1x|10x",
        DefaultValueFactory = _ => "1x",
    };

    /// <summary>Gets where to listen; by default <c>ASPNETCORE_URLS</c>, else port 8080 of this machine only.</summary>
    public Option<string> Urls { get; } = new("--urls")
    {
        Description = "Where to listen; also ASPNETCORE_URLS. Use http://0.0.0.0:8080 to be reached from elsewhere",
        HelpName = "URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://localhost:8080",
    };

    /// <summary>Gets where state is kept; by default <c>data</c> in the current folder.</summary>
    public Option<string> Data { get; }

    /// <summary>Gives them to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[Source, Speed, Urls, Data])
        {
            command.Options.Add(option);
        }
    }
}
