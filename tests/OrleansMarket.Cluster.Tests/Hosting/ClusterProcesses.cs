using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansMarket.Contract;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Processes;
using OrleansMarket.TestKit.Redis;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Three silos with all roles and a real Redis, each a process of its own. Questions are asked of the first silo.</summary>
internal sealed class ClusterUnderTest : IHostUnderTest
{
    private const string Key = "the-key-of-this-test-cluster";

    private readonly string _fsync;
    private readonly Dictionary<string, string> _settings;
    private RedisServer? _redis;

    private readonly string[] _roles;

    /// <param name="exchange">The exchange.</param>
    /// <param name="symbols">The pairs.</param>
    /// <param name="settings">Further settings of every silo.</param>
    /// <param name="fsync">How durable Redis is.</param>
    /// <param name="roles">The roles of each silo; three silos with all of them when absent.</param>
    public ClusterUnderTest(
        FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null, string fsync = "always", params string[] roles)
    {
        _fsync = fsync;
        _roles = roles.Length > 0 ? roles : ["", "", ""];
        _settings = LiveSettings.Of(exchange, symbols, [new("API_KEY", Key), .. settings ?? new Dictionary<string, string>()]);
    }

    public IReadOnlyList<HostProcess> Silos { get; private set; } = [];

    public RedisServer Redis => _redis ?? throw new InvalidOperationException("expected a cluster that was started");

    public Uri BaseUri => Silos.Count > 0 ? Silos[0].Url : throw new InvalidOperationException("expected CreateAsync first");

    public string ApiKey => Key;

    public string Log => string.Join('\n', Silos.Select(silo => $"--- {silo.Name}\n{Tail(silo.Log)}"));

    /// <summary>Prepares the silos; none runs yet.</summary>
    public ClusterUnderTest Prepare()
    {
        _redis = RedisServer.Prepare(_fsync);
        _settings["Cluster__Redis"] = $"{_redis.Address},connectTimeout=60000"; // three silos that start at once are much for a small machine
        Silos = [.. _roles.Select((roles, index) => Silo($"silo-{index + 1}", roles))];
        return this;
    }

    public async Task StartAsync()
    {
        if (!Redis.IsRunning)
        {
            await Redis.StartAsync();
        }

        await Task.WhenAll(Silos.Select(silo => silo.StartAsync()));
    }

    public async Task<TimeSpan> StopAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Silos.Select(silo => silo.StopAsync()));
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>
    /// Waits until a silo that did not answer for a while is a member again, or has ended itself because the others had given it up, which takes as long as any
    /// stop. Then it is started again, as an orchestrator does.
    /// </summary>
    public async Task SettleAsync(HostProcess silo)
    {
        using var other = new HttpClient { BaseAddress = Silos.First(each => each != silo).Url };
        using var own = new HttpClient { BaseAddress = silo.Url };
        await Eventually.BecomesTrueAsync(
            async () => !silo.IsRunning || (await IsMemberAsync() && (await own.GetAsync(new Uri("/health/live", UriKind.Relative))).IsSuccessStatusCode && silo.IsRunning),
            $"{silo.Name} is a member, or has ended itself", TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(500));
        if (!silo.IsRunning)
        {
            await silo.StartAsync();
        }

        async Task<bool> IsMemberAsync()
        {
            using var counters = JsonDocument.Parse(await other.GetStringAsync(new Uri("/dashboard/DashboardCounters", UriKind.Relative)));
            return counters.RootElement.GetProperty("hosts").EnumerateArray()
                .Any(host => host.GetProperty("siloName").GetString() == silo.Name && host.GetProperty("status").GetString() == "Active");
        }
    }

    public Task KillAsync() => Task.WhenAll(Silos.Select(silo => silo.KillAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private HostProcess Silo(string name, string roles) => new(name, silo => ["dotnet", SiloProcesses.Program, "--source", "live", "--data", silo.DataPath])
    {
        Settings = new Dictionary<string, string>(_settings)
        {
            ["Cluster__Name"] = name,
            ["Cluster__Roles"] = roles,
            ["Cluster__SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["Cluster__GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
        },
    };

    private static string Tail(string log) => log[Math.Max(0, log.Length - 4_000)..];
}

/// <summary>Makes clusters of three silos.</summary>
internal sealed class Clusters(IReadOnlyDictionary<string, string>? own = null, string fsync = "always") : IHostFactory
{
    public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null) => new ClusterUnderTest(
        exchange, symbols, new Dictionary<string, string>([.. own ?? new Dictionary<string, string>(), .. settings ?? new Dictionary<string, string>()]), fsync).Prepare();
}
