using System.Text.RegularExpressions;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Processes;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Waits for the trades of a silo's simulator.</summary>
internal static class SimulatedTrades
{
    /// <summary>Waits until an engine has one.</summary>
    public static async Task ArriveAsync(HostProcess silo)
    {
        using var http = new HttpClient { BaseAddress = silo.Url, Timeout = TimeSpan.FromSeconds(20) };
        await Eventually.BecomesTrueAsync(async () => !silo.IsRunning || await TradesAsync(http), "trades of the simulator", TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(250));
        silo.IsRunning.ShouldBeTrue(silo.Log);
    }

    private static async Task<bool> TradesAsync(HttpClient http)
    {
        try
        {
            var symbols = await http.GetStringAsync(new Uri("/symbols", UriKind.Relative));
            return Regex.IsMatch(symbols, "\"lastTradeId\": *[0-9]");
        }
        catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
