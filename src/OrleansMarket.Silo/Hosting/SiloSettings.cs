using OrleansMarket.Feeds.Sources;

namespace OrleansMarket.Silo.Hosting;

/// <summary>What the command line says.</summary>
/// <param name="Source">What feeds the product, and where state is kept.</param>
/// <param name="Urls">Where to listen.</param>
/// <param name="KeepsNothing">Whether everything is gone after the stop.</param>
internal sealed record SiloSettings(SourceSettings Source, string Urls, bool KeepsNothing);
