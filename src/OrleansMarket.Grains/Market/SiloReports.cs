using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Grains.Market;

/// <summary>The newest report of every silo, and what follows from all of them.</summary>
internal sealed class SiloReports(TimeProvider clock)
{
    /// <summary>A silo that says nothing for this long is not counted and does not lead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<string, (SiloReport Report, long At)> _silos = new(StringComparer.Ordinal);
    private readonly TradeBacklog _backlog = new();
    private string? _leader;

    /// <summary>Gets what is followed, or <see langword="null"/> until a silo has told.</summary>
    public FollowedMarket? Followed { get; private set; }

    /// <summary>Takes a report; answers how the whole does.</summary>
    public MarketPulse Take(SiloReport report)
    {
        foreach (var gone in _silos.Where(pair => clock.GetElapsedTime(pair.Value.At) > Patience).Select(pair => pair.Key).ToArray())
        {
            _silos.Remove(gone);
        }

        if (report.IsStopping)
        {
            _silos.Remove(report.Silo);
        }
        else
        {
            _silos[report.Silo] = (report, clock.GetTimestamp());
        }

        _backlog.Take(report.Progress);
        Followed = report.Followed ?? Followed;
        if (_leader is null || !_silos.TryGetValue(_leader, out var leader) || leader.Report.Followed is null)
        {
            _leader = _silos.FirstOrDefault(pair => pair.Value.Report.Followed is not null).Key;
        }

        return new MarketPulse
        {
            Followed = Followed,
            Pipeline = PipelineState.Merge([.. _silos.Select(pair => (pair.Key, pair.Value.Report.Pipeline))]) with { Backlog = _backlog.Count },
            Leads = _leader is not null && report.Silo == _leader,
        };
    }
}
