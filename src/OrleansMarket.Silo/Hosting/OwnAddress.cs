using System.Net;
using System.Net.Sockets;

namespace OrleansMarket.Silo.Hosting;

/// <summary>Finds the address under which others that use the same server can reach this machine.</summary>
internal static class OwnAddress
{
    /// <summary>The address from which this machine speaks to a server: loopback for one on the same machine. Nothing is sent.</summary>
    /// <param name="server">The server, by name or by address.</param>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    public static IPAddress Towards(EndPoint server)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
        return own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own;
    }
}
