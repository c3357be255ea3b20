using Orleans.Runtime.MembershipService.SiloMetadata;

namespace OrleansMarket.Grains.Placement;

/// <summary>What a silo is for. A silo has all roles unless told otherwise.</summary>
public static class SiloRoles
{
    /// <summary>The key under which a silo tells the others its roles, separated by commas.</summary>
    public const string MetadataKey = "market.roles";

    /// <summary>Listens to the exchange.</summary>
    public const string Ingress = "ingress";

    /// <summary>Keeps the engines.</summary>
    public const string Market = "market";

    /// <summary>Answers pages and API.</summary>
    public const string Web = "web";

    /// <summary>Gets every role.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingress, Market, Web];

    /// <summary>Whether a silo has told that it has a role.</summary>
    internal static bool Has(SiloMetadata silo, string role) =>
        silo.Metadata.TryGetValue(MetadataKey, out var roles) && roles.Split(',').Contains(role, StringComparer.Ordinal);
}
