using OrleansMarket.Contract;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Silos are processes on a small machine: one suite after the other, but for those that mostly wait.</summary>
[CollectionDefinition(Name)]
public static class HostProcesses
{
    public const string Name = "host processes";
}

[Collection(HostProcesses.Name)]
public sealed class OneSiloCandles() : CandleContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloRestarts() : RestartContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloDataQuality() : DataQualityContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloApi() : ApiContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloAlerts() : AlertContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloKeptFigures() : KeptFiguresContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloSeasons() : SeasonContract(new SiloProcesses(Settings));

public sealed class OneSiloOutages() : OutageContract(new SiloProcesses());

public sealed class OneSiloDisturbances() : DisturbanceContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloPrices() : PriceContract(new SiloProcesses());

[Collection(HostProcesses.Name)]
public sealed class OneSiloPortfolios() : PortfolioContract(new SiloProcesses());
