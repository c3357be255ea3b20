using OrleansMarket.Contract;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Three silos and a Redis are much for a small machine: one cluster after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class ClusterOfProcesses
{
    public const string Name = "ClusterOfProcesses";

    /// <summary>What <c>./test.sh</c> runs: each disturbance once.</summary>
    public const string Always = "three silos";

    /// <summary>What only <c>./test.sh --all</c> has the time for.</summary>
    public const string WithAll = "three silos, contract";
}

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterCandles() : CandleContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterRestarts() : RestartContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterDataQuality() : DataQualityContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterApi() : ApiContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterAlerts() : AlertContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterOutages() : OutageContract(new Clusters(fsync: "everysec"));

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterDisturbances() : DisturbanceContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterKeptFigures() : KeptFiguresContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterSeasons() : SeasonContract(new Clusters(SeasonContract.Settings));

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterPrices() : PriceContract(new Clusters());

[Collection(ClusterOfProcesses.Name)]
[Needs(NeedsFactAttribute.Redis)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterPortfolios() : PortfolioContract(new Clusters());
