using System.Net;
using System.Net.Sockets;

namespace OrleansMarket.TestKit;

/// <summary>Finds a port for a process that cannot choose its own.</summary>
public static class FreePort
{
    /// <summary>A port of the loopback address that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
