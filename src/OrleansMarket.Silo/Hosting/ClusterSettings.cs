using System.Net;
using OrleansMarket.Domain;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Web;

namespace OrleansMarket.Silo.Hosting;

/// <summary>What a silo is in its cluster. Section: <c>Cluster</c>.</summary>
public sealed class ClusterSettings
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Cluster";

    /// <summary>Gets or sets the silo's roles, separated by commas: ingress, market, web. Default: all.</summary>
    public string Roles { get; set; } = "";

    /// <summary>Gets or sets the name of this silo, for people. Default: one made from the machine's.</summary>
    public string Name { get; set; } = "";

    /// <summary>Gets or sets the address at which the other silos reach this one. Default: the one from which this machine speaks to Redis.</summary>
    public string Address { get; set; } = "";

    /// <summary>Gets or sets the port for the other silos. Default: 11111 in a cluster, a free one when alone.</summary>
    public int? SiloPort { get; set; }

    /// <summary>Gets or sets the port for clients of the cluster. Default: 30000 in a cluster, none when alone.</summary>
    public int? GatewayPort { get; set; }

    /// <summary>Gets or sets what names the data: it outlives clusters. Default: orleans-market.</summary>
    public string ServiceId { get; set; } = "orleans-market";

    /// <summary>Gets or sets what tells clusters of one service apart. Default: market.</summary>
    public string ClusterId { get; set; } = "market";

    /// <summary>Gets or sets the name of the address by which this silo reaches the exchange; silos behind the same one share its request budget. Default: shared.</summary>
    public string Exit { get; set; } = "shared";

    /// <summary>Gets or sets how long a stop may take. Default: 15 seconds alone, 2 minutes in a cluster.</summary>
    public TimeSpan? ShutdownTimeout { get; set; }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="CorrectableException">One is wrong; the message names it.</exception>
    public static ClusterSettings Read(IConfiguration configuration, bool isAlone)
    {
        var settings = new ClusterSettings();
        configuration.GetSection(SectionName).Bind(settings);

        var roles = settings.RoleList;
        if (roles.FirstOrDefault(role => !SiloRoles.All.Contains(role)) is { } unknown)
        {
            throw new CorrectableException($"Cluster:Roles: expected some of {string.Join(", ", SiloRoles.All)}, found '{unknown}'");
        }

        if (isAlone && SiloRoles.All.Except(roles).FirstOrDefault() is { } missing)
        {
            throw new CorrectableException($"Cluster:Roles: expected all of {string.Join(", ", SiloRoles.All)} while the silo is alone, found none with {missing}; set Cluster:Redis to join others");
        }

        if (settings.Address.Length > 0 && !IPAddress.TryParse(settings.Address, out _))
        {
            throw new CorrectableException($"Cluster:Address: expected an IP address, found '{settings.Address}'");
        }

        Check(nameof(SiloPort), settings.SiloPort, 1);
        Check(nameof(GatewayPort), settings.GatewayPort, 0);
        return settings;
    }

    /// <summary>Checks that the ports that are set can be listened on.</summary>
    /// <exception cref="CorrectableException">One cannot.</exception>
    public void CheckPorts()
    {
        var address = Address.Length > 0 ? IPAddress.Parse(Address) : IPAddress.Any;
        foreach (var (name, port) in new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort) })
        {
            if (port is > 0 and { } number)
            {
                ListenUrls.Check($"{SectionName}:{name}", $"port {number}", new IPEndPoint(address, number));
            }
        }
    }

    /// <summary>Gets the roles.</summary>
    public IReadOnlyList<string> RoleList => Roles.Length == 0
        ? SiloRoles.All
        : [.. Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    private static void Check(string name, int? port, int least)
    {
        if (port is { } number && (number < least || number > IPEndPoint.MaxPort))
        {
            throw new CorrectableException($"Cluster:{name}: expected {least} to {IPEndPoint.MaxPort}, found {number}");
        }
    }
}
