using Orleans.Runtime.MembershipService.SiloMetadata;

namespace OrleansMarket.Grains.Placement;

/// <summary>Knows whether a grain of some role could live anywhere now: not while the last silo that has it stops.</summary>
/// <param name="silos">The silos and whether they are active, this one included.</param>
/// <param name="metadata">What each silo says of itself.</param>
public sealed class ActiveRoles(ISiloStatusOracle silos, ISiloMetadataCache metadata)
{
    /// <summary>Whether an active silo has the role; see <see cref="SiloRoles"/>.</summary>
    public bool Have(string role) => silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(silo => SiloRoles.Has(metadata.GetSiloMetadata(silo), role));
}
