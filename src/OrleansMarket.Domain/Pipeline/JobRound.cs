namespace OrleansMarket.Domain.Pipeline;

/// <summary>The parts of a job that end within one second, as one run: begun with the first, as long as its slowest, failed with the first that failed.</summary>
internal sealed class JobRound(string job, TimeProvider clock)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _started;
    private TimeSpan _slowest;
    private string? _error;
    private long _openedAt;
    private int _parts;
    private int _failed;

    /// <summary>Counts a part that has ended; answers the round before, when this part opens another.</summary>
    public JobRun? Add(string part, DateTimeOffset started, TimeSpan duration, string? error)
    {
        lock (_lock)
        {
            var ended = Take();
            if (_parts == 0)
            {
                (_started, _openedAt) = (started, clock.GetTimestamp());
            }

            _parts++;
            _slowest = duration > _slowest ? duration : _slowest;
            if (error is not null)
            {
                _failed++;
                _error ??= $"{part}: {error}";
            }

            return ended;
        }
    }

    /// <summary>Takes the round once its second is over.</summary>
    public JobRun? TakeEnded()
    {
        lock (_lock)
        {
            return Take();
        }
    }

    private JobRun? Take()
    {
        if (_parts == 0 || clock.GetElapsedTime(_openedAt) < Length)
        {
            return null;
        }

        var run = new JobRun(job, _started, _slowest, _failed > 1 ? $"{_error} (and {_failed - 1} more of {_parts})" : _error);
        (_parts, _failed, _slowest, _error) = (0, 0, default, null);
        return run;
    }
}
