using System.CommandLine;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Options of the commands that look into what <c>serve</c> has stored.</summary>
internal static class StoreOptions
{
    private static readonly string[] Sources = ["live", "simulated", "replay"];

    /// <summary>The directory that <c>serve</c> was given.</summary>
    public static Option<string> Data() => new("--data") { Description = "The directory given to 'serve'", HelpName = "DIR", DefaultValueFactory = _ => "data" };

    /// <summary>Which source's store.</summary>
    public static Option<string?> Source() =>
        new Option<string?>("--source") { Description = "Whose store; by default the one written last", HelpName = string.Join('|', Sources) }.OneOf(Sources);

    /// <summary>How to print.</summary>
    public static Option<string> Format() =>
        new Option<string>("--format") { Description = "Text for people, or one JSON object a line", HelpName = "text|json", DefaultValueFactory = _ => "text" }.OneOf("text", "json");

    /// <summary>How much to print.</summary>
    public static Option<int> Limit(int standard, int most) =>
        new Option<int>("--limit") { Description = $"At most this many, 1 to {most}", HelpName = "COUNT", DefaultValueFactory = _ => standard }.Within(1, most);

    /// <summary>The store under the directory of <c>serve</c>, which keeps one per kind of source.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static string FindStore(string data, string? source)
    {
        string[] candidates = source is null ? [data, .. Sources.SelectMany(each => Folders(data, each))] : [.. Folders(data, source)];
        return candidates.Where(Exists).MaxBy(LastWritten)
            ?? throw new CommandException($"--data: expected a store of 'serve' in '{Path.GetFullPath(candidates[0])}', found none; name the directory that 'serve' was given");
    }

    /// <summary>The folders of one kind of source: the simulator has one for each market (<c>simulated-1-20</c>).</summary>
    private static IEnumerable<string> Folders(string data, string source) =>
        [Path.Combine(data, source), .. Directory.Exists(data) ? Directory.EnumerateDirectories(data, $"{source}-*") : []];

    private static bool Exists(string folder) =>
        File.Exists(Path.Combine(folder, MarketDatabase.FileName)) || Directory.Exists(Path.Combine(folder, FileTradeLog.DirectoryName));

    private static DateTime LastWritten(string folder) =>
        new[] { MarketDatabase.FileName, MarketDatabase.FileName + "-wal" }.Max(name => File.GetLastWriteTimeUtc(Path.Combine(folder, name)));
}
