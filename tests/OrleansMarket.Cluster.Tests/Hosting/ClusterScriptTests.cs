using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary><c>scripts/cluster.sh</c> as somebody uses it who tries a cluster out: starts it, looks at each silo, kills one, and stops it with Ctrl-C.</summary>
[Collection(ClusterOfProcesses.Name)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed partial class ClusterScriptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Cluster_IsStarted_LosesASilo_AndIsStopped()
    {
        using var folder = new TemporaryFolder();
        var (web, redis, log) = (Ports(), FreePort.Next(), new ConcurrentQueue<string>());
        var start = new ProcessStartInfo("bash", [Path.Combine(Checkout.Root, "scripts", "cluster.sh"), "--source", "simulator"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLUSTER_DATA"] = folder.Path;
        start.Environment["CLUSTER_WEB_PORTS"] = string.Join(' ', web);
        start.Environment["CLUSTER_SILO_PORTS"] = string.Join(' ', Ports());
        start.Environment["CLUSTER_GATEWAY_PORTS"] = string.Join(' ', Ports());
        start.Environment["CLUSTER_REDIS_PORT"] = redis.ToString(CultureInfo.InvariantCulture);
        start.Environment["MARKET_SILO"] = SiloProcesses.Program;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Environment.GetEnvironmentVariable(NeedsFactAttribute.Redis))}:{Environment.GetEnvironmentVariable("PATH")}";
        using var script = Process.Start(start)!;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/json");
        try
        {
            script.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
            script.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
            script.BeginOutputReadLine();
            script.BeginErrorReadLine();

            foreach (var port in web)
            {
                await BecomesTrueAsync(async () => (await http.GetAsync(At(port, "/health/ready"))).IsSuccessStatusCode, $"a silo that is ready at {port}");
                await BecomesTrueAsync(async () => (await http.GetStringAsync(At(port, "/"))).Contains("<title>", StringComparison.Ordinal), $"its page at {port}");
            }

            await BecomesTrueAsync(async () => await MembersAsync(web[0]) == 3, "three silos in one cluster");

            // The process that it names is the silo itself. What a process says may be heard later than what it did is seen.
            var named = () => log.Select(line => Named().Match(line)).Where(match => match.Success && match.Groups["silo"].Value == "silo-2");
            await BecomesTrueAsync(() => Task.FromResult(named().Any()), "the name of the second silo's process");
            using (var silo = Process.GetProcessById(int.Parse(named().Single().Groups["id"].Value, CultureInfo.InvariantCulture)))
            {
                silo.Kill();
            }

            await BecomesTrueAsync(() => Task.FromResult(!IsOpen(web[1])), "an end of the page of a silo that was killed");
            await BecomesTrueAsync(async () => await MembersAsync(web[0]) == 2, "two silos that go on");
            await BecomesTrueAsync(async () => (await http.GetAsync(At(web[2], "/health/ready"))).IsSuccessStatusCode, "another silo that is ready");

            using var signal = Process.Start("kill", ["-INT", script.Id.ToString(CultureInfo.InvariantCulture)]);
            await BecomesTrueAsync(() => Task.FromResult(script.HasExited), "the end of the script");
            web.Append(redis).ShouldAllBe(port => !IsOpen(port));
            log.ShouldAllBe(line => !line.StartsWith("error: ", StringComparison.Ordinal));
        }
        finally
        {
            script.Kill(entireProcessTree: true);
        }

        async Task<int> MembersAsync(int port)
        {
            using var counters = JsonDocument.Parse(await http.GetStringAsync(At(port, "/dashboard/DashboardCounters")));
            return counters.RootElement.GetProperty("hosts").EnumerateArray().Count(host => host.GetProperty("status").GetString() == "Active");
        }

        async Task BecomesTrueAsync(Func<Task<bool>> condition, string what)
        {
            try
            {
                await Eventually.BecomesTrueAsync(AskAsync, what, Patience, Pause);
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException($"{exception.Message}\n{string.Join('\n', log.TakeLast(60))}", exception);
            }

            async Task<bool> AskAsync()
            {
                try
                {
                    return await condition();
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    return false; // not there yet
                }
            }
        }
    }

    private static int[] Ports() => [FreePort.Next(), FreePort.Next(), FreePort.Next()];

    private static Uri At(int port, string path) => new($"http://localhost:{port}{path}");

    private static bool IsOpen(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("^(?<silo>silo-[0-9]): process (?<id>[0-9]+), ")]
    private static partial Regex Named();
}
