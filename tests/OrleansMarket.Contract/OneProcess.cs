using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Contract;

/// <summary>A host that is one process: a built executable that follows a fake exchange.</summary>
/// <param name="program">The words that start it: the program of ours, then a command if it has commands.</param>
/// <param name="settings">Its settings.</param>
public sealed class OneProcess(IEnumerable<string> program, IReadOnlyDictionary<string, string> settings) : IHostUnderTest
{
    private readonly HostProcess _process = new(
        "the host", host => ["dotnet", .. program, "--source", "live", "--data", host.DataPath, "--urls", host.Url.OriginalString])
    { Settings = settings };

    /// <inheritdoc/>
    public Uri BaseUri => _process.Url;

    /// <summary>Gets the folder given as <c>--data</c>.</summary>
    public string DataPath => _process.DataPath;

    /// <inheritdoc/>
    public string ApiKey => File.ReadAllText(Path.Combine(DataPath, "api-key")).Trim();

    /// <inheritdoc/>
    public string Log => _process.Log;

    /// <inheritdoc/>
    public Task StartAsync() => _process.StartAsync();

    /// <inheritdoc/>
    public Task<TimeSpan> StopAsync() => _process.StopAsync();

    /// <inheritdoc/>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

/// <summary>Makes hosts of one process each.</summary>
/// <param name="program">The words that start it: the program of ours, then a command if it has commands.</param>
/// <param name="own">Settings of all of them.</param>
public class OneProcessHosts(IReadOnlyList<string> program, IReadOnlyDictionary<string, string>? own = null) : IHostFactory
{
    /// <inheritdoc/>
    public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null) =>
        new OneProcess(program, LiveSettings.Of(exchange, symbols, [.. own ?? new Dictionary<string, string>(), .. settings ?? new Dictionary<string, string>()]));
}
