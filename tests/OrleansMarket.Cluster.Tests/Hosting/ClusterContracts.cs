using OrleansMarket.Contract;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Three silos and a Redis are much for a small machine: one cluster after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class ClusterOfProcesses
{
    public const string Name = "ClusterOfProcesses";
}

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterCandles() : CandleContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterRestarts() : RestartContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterDataQuality() : DataQualityContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterApi() : ApiContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterAlerts() : AlertContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterOutages() : OutageContract(new Clusters(fsync: "everysec"));

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, "three silos")]
public sealed class ClusterDisturbances() : DisturbanceContract(new Clusters());
