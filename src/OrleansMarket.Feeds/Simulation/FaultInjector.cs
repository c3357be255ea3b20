using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Spoils one symbol's stream of trades: loses, repeats and delays some, and picks those that will arrive malformed.</summary>
internal sealed class FaultInjector(SimulatorFaultOptions options, ulong seed)
{
    private const int FarthestRepeat = 64;

    private readonly List<(Print Print, int Overtaking)> _delayed = [];
    private SeededRandom _random = new(seed);
    private SimulatorFaultCounts _counts;
    private int _toLose;

    /// <summary>Gets whether nothing can go wrong, so that trades may pass as they are.</summary>
    public bool IsIdle => options is { Gaps: 0, Duplicates: 0, Reordered: 0, Malformed: 0 };

    public SimulatorFaultCounts Counts => _counts;

    /// <summary>Takes trades as they happened and adds what is left of them.</summary>
    /// <param name="prints">In order of id.</param>
    /// <param name="sent">What arrives, in order of arrival.</param>
    /// <param name="malformed">What arrives and cannot be read.</param>
    public void Pass(ReadOnlySpan<Print> prints, List<Print> sent, List<Print> malformed)
    {
        foreach (ref readonly var print in prints)
        {
            if (_toLose > 0)
            {
                Lose();
            }
            else if (Happens(options.Gaps))
            {
                _toLose = 1 + _random.Next(options.LongestGap);
                _counts = _counts with { Gaps = _counts.Gaps + 1 };
                Lose();
            }
            else if (Happens(options.Malformed))
            {
                malformed.Add(print);
                _counts = _counts with { Malformed = _counts.Malformed + 1 };
            }
            else if (Happens(options.Reordered))
            {
                _delayed.Add((print, 1 + _random.Next(options.FarthestReorder)));
                _counts = _counts with { Reordered = _counts.Reordered + 1 };
                continue;
            }
            else
            {
                sent.Add(print);
                if (Happens(options.Duplicates))
                {
                    Repeat(sent);
                }
            }

            ReleaseDelayed(sent);
        }
    }

    private bool Happens(double chance) => chance > 0 && _random.NextOpen() < chance;

    private void Lose()
    {
        _toLose--;
        _counts = _counts with { Lost = _counts.Lost + 1 };
    }

    /// <summary>Repeats a trade of the batch: one that was sent, so that a repeat never fills a hole.</summary>
    private void Repeat(List<Print> sent)
    {
        sent.Add(sent[^(1 + _random.Next(Math.Min(sent.Count, FarthestRepeat)))]);
        _counts = _counts with { Duplicates = _counts.Duplicates + 1 };
    }

    private void ReleaseDelayed(List<Print> sent)
    {
        for (var index = _delayed.Count - 1; index >= 0; index--)
        {
            var (print, overtaking) = _delayed[index];
            if (overtaking > 1)
            {
                _delayed[index] = (print, overtaking - 1);
            }
            else
            {
                sent.Add(print);
                _delayed.RemoveAt(index);
            }
        }
    }
}
