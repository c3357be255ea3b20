using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansMarket.TestKit;

/// <summary>Finds a port for a process that cannot choose its own.</summary>
public static class FreePort
{
    // Below the ports that the system deals out by itself (32768 and up), so that none of those is it by the time the process listens, or listens again.
    private const int First = 20_000;
    private const int Count = 12_000;

    // The same number as a datagram port, held until this process ends: so other test processes see that it is dealt out, also while nobody listens there.
    private static readonly ConcurrentBag<Socket> Reservations = [];

    private static int _next = Environment.ProcessId * 131 % Count;

    /// <summary>A port of the loopback address that is free now, and that neither this process nor another that runs tests has been given.</summary>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            if (TryReserve(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"expected a free port from {First} to {First + Count - 1}, found none");
    }

    private static bool TryReserve(int port)
    {
        var reservation = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            reservation.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            Reservations.Add(reservation);
            return true;
        }
        catch (SocketException)
        {
            // Somebody listens there, or may any moment.
            reservation.Dispose();
            return false;
        }
    }
}
