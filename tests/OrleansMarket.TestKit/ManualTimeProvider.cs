namespace OrleansMarket.TestKit;

/// <summary>A clock that stands still until a test moves it, timers included: those due fire in order, each at its own instant.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks = start.UtcTicks;

    /// <summary>A clock that starts at 2026-01-01T00:00:00Z.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets how many timers wait.</summary>
    public int WaitingTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>Gets how long until the next timer fires, or <see langword="null"/> when none waits.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count == 0 ? null : TimeSpan.FromTicks(Math.Max(0, _timers.Min(timer => timer.DueTicks) - _ticks));
            }
        }
    }

    /// <summary>Gets how long until each timer fires.</summary>
    public IReadOnlyList<TimeSpan> UntilTimers
    {
        get
        {
            lock (_gate)
            {
                return [.. _timers.Select(timer => TimeSpan.FromTicks(Math.Max(0, timer.DueTicks - _ticks)))];
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on; callbacks run on the caller's thread.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Interlocked.Read(ref _ticks) + by.Ticks;
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>
    /// Moves the clock from timer to timer until a condition holds, giving other threads time in between.
    /// </summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="within">
    /// Only timers that fire as soon as this are waited for, all when not given. What takes real time meanwhile, a request say, must have longer: else the clock
    /// runs into its time-out.
    /// </param>
    /// <exception cref="TimeoutException">The condition did not hold within a minute of real time.</exception>
    public async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"expected the condition to hold; {WaitingTimers} timers wait");
            }

            if (UntilNextTimer is { } next && !(next > within))
            {
                Advance(next);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), System, CancellationToken.None);
        }
    }

    /// <summary>The next timer that is due; when none is the clock has got there, before anybody can set another timer by an older time.</summary>
    private ManualTimer? TakeDue(long target)
    {
        lock (_gate)
        {
            ManualTimer? first = null;
            foreach (var timer in _timers)
            {
                if (timer.DueTicks <= target && (first is null || timer.DueTicks < first.DueTicks))
                {
                    first = timer;
                }
            }

            if (first is null)
            {
                Interlocked.Exchange(ref _ticks, Math.Max(_ticks, target));
                return null;
            }

            if (first.DueTicks > _ticks)
            {
                Interlocked.Exchange(ref _ticks, first.DueTicks);
            }

            if (first.PeriodTicks > 0)
            {
                first.DueTicks += first.PeriodTicks;
            }
            else
            {
                _timers.Remove(first);
            }

            return first;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public long DueTicks { get; set; }

        public long PeriodTicks { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueTicks = clock._ticks + dueTime.Ticks;
                    PeriodTicks = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
