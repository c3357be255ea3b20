using System.Net;
using OrleansMarket.Silo.Hosting;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class OwnAddressTests
{
    [Fact]
    public void ServerOnThisMachine_IsReachedByLoopback()
    {
        Assert.True(IPAddress.IsLoopback(OwnAddress.Towards(new IPEndPoint(IPAddress.Loopback, 6379))));
        Assert.True(IPAddress.IsLoopback(OwnAddress.Towards(new DnsEndPoint("localhost", 6379))));
    }
}
