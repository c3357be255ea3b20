using OrleansMarket.Contract;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>Hosts are processes on a small machine: one suite after the other, but for those that mostly wait.</summary>
[CollectionDefinition(Name)]
public static class HostProcesses
{
    public const string Name = "host processes";
}

[Collection(HostProcesses.Name)]
public sealed class StandaloneCandles() : CandleContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneRestarts() : RestartContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneDataQuality() : DataQualityContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneApi() : ApiContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneAlerts() : AlertContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneKeptFigures() : KeptFiguresContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandaloneSeasons() : SeasonContract(new StandaloneHosts(Settings));

public sealed class StandaloneOutages() : OutageContract(new StandaloneHosts());

public sealed class StandaloneDisturbances() : DisturbanceContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandalonePrices() : PriceContract(new StandaloneHosts());

[Collection(HostProcesses.Name)]
public sealed class StandalonePortfolios() : PortfolioContract(new StandaloneHosts());
