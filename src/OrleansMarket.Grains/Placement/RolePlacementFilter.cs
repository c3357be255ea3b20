using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace OrleansMarket.Grains.Placement;

/// <summary>Keeps a grain on silos that have a role; see <see cref="SiloRoles"/>.</summary>
/// <param name="role">The role.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnRoleAttribute(string role) : PlacementFilterAttribute(new RolePlacementFilter(role))
{
    /// <summary>Gets the role.</summary>
    public string Role { get; } = role;
}

/// <summary>The rule behind <see cref="OnRoleAttribute"/>.</summary>
/// <remarks>Orleans' own metadata filters compare with the silo of the caller; here the grain says what it needs, whoever calls.</remarks>
/// <param name="role">The role.</param>
public sealed class RolePlacementFilter(string role) : PlacementFilterStrategy(order: 0)
{
    private const string Property = "role";

    /// <summary>Builds a rule that is told its role by <see cref="AdditionalInitialize"/>; Orleans does so.</summary>
    public RolePlacementFilter()
        : this("")
    {
    }

    /// <summary>Gets the role.</summary>
    public string Role { get; private set; } = role;

    /// <inheritdoc/>
    public override void AdditionalInitialize(GrainProperties properties) =>
        Role = GetPlacementFilterGrainProperty(Property, properties) ?? throw new ArgumentException("expected the role of a grain, found none", nameof(properties));

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) => [new(Property, Role)];
}

/// <summary>Finds the silos with a role among those that could take a grain.</summary>
/// <param name="metadata">What each silo says of itself; nothing of one that has only just joined.</param>
public sealed class RolePlacementDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    /// <inheritdoc/>
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var role = ((RolePlacementFilter)filterStrategy).Role;
        return silos.Where(silo => SiloRoles.Has(metadata.GetSiloMetadata(silo), role));
    }
}
