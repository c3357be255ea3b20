using System.Net;
using System.Net.Sockets;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Web;

/// <summary>Addresses to listen on, as people write them.</summary>
public static class ListenUrls
{
    /// <summary>Checks that each of several addresses, separated by semicolons, is one and can be listened on.</summary>
    /// <exception cref="CommandException">One is none, or is another program's, or not this machine's.</exception>
    public static void Check(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
        {
            throw new CommandException("--urls: expected addresses such as http://localhost:8080, found none");
        }

        foreach (var url in all)
        {
            // * and + are every address of the machine.
            if (!Uri.TryCreate(url.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https"))
            {
                throw new CommandException($"--urls: expected addresses such as http://localhost:8080, found '{url}'");
            }

            Check("--urls", url, new IPEndPoint(AddressOf(address), address.Port));
        }
    }

    /// <summary>Checks that an address can be listened on.</summary>
    /// <param name="setting">Where the address is from.</param>
    /// <param name="name">The address, as a person wrote it.</param>
    /// <param name="endpoint">The address.</param>
    /// <exception cref="CommandException">It cannot.</exception>
    public static void Check(string setting, string name, IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        try
        {
            using var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(endpoint);
        }
        catch (SocketException exception)
        {
            throw new CommandException(exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"{setting}: expected {name} to be free, found another program listening there; stop it, or choose another port",
                SocketError.AddressNotAvailable => $"{setting}: expected an address of this machine, found {name}; choose another, http://0.0.0.0:8080 say for every one",
                SocketError.AccessDenied => $"{setting}: expected to be allowed to listen on {name}, found that only administrators are; choose a port above 1023",
                _ => $"{setting}: expected to listen on {name}, found: {exception.Message}; choose another address",
            });
        }
    }

    // A host name that is not an address is every address, as the web server takes it.
    private static IPAddress AddressOf(Uri url) =>
        url.IsLoopback && url.HostNameType == UriHostNameType.Dns ? IPAddress.Loopback
        : IPAddress.TryParse(url.DnsSafeHost, out var address) ? address
        : IPAddress.Any;
}
