using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Clusters in this process on a machine that does much else.</summary>
internal static class PatientClients
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Gives the silos' answers to the test as long as a busy machine needs; half a minute unless told otherwise.</summary>
    public static void BePatient(this InProcessTestClusterBuilder cluster) =>
        cluster.ConfigureClient(client => client.Services.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Patience));
}
