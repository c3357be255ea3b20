using OrleansMarket.Feeds.Sources;

namespace OrleansMarket.Silo.Import;

/// <summary>The silos of a cluster, as its membership table tells of them to one that is none of them.</summary>
internal static class RunningSilos
{
    // A silo writes every 30 seconds that it is alive; whoever has missed three is not believed to be (Orleans: ClusterMembershipOptions).
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(90);

    /// <summary>Makes sure that none runs: engines and rules live in the memory of silos, which would not hear of others and would write theirs over them.</summary>
    /// <exception cref="MarketStartException">One runs; the message names it.</exception>
    public static async Task RefuseAsync(IMembershipTable table, DateTimeOffset now)
    {
        await table.InitializeMembershipTable(tryInitTableVersion: false);
        var running = (await table.ReadAll()).Members.Select(row => row.Item1)
            .Where(silo => silo.Status is not (SiloStatus.None or SiloStatus.Created or SiloStatus.Dead))
            .Select(silo => (Name: silo.SiloName, Since: now - LastSign(silo)))
            .Where(silo => silo.Since < Believed)
            .OrderBy(silo => silo.Since)
            .ToArray();
        if (running is [var (name, since), ..])
        {
            throw new MarketStartException(FormattableString.Invariant(
                $"import: expected a cluster of which no silo runs, found {name}, alive {Math.Max(0, since.TotalSeconds):0} s ago: stop its silos first; one that was killed counts as running for {Believed.TotalSeconds} s"));
        }
    }

    private static DateTimeOffset LastSign(MembershipEntry silo) =>
        DateTime.SpecifyKind(silo.IAmAliveTime > silo.StartTime ? silo.IAmAliveTime : silo.StartTime, DateTimeKind.Utc);
}
