namespace OrleansMarket.Domain.Pipeline;

/// <summary>
/// The request weight of the running minute. What the exchange counts (header <c>X-MBX-USED-WEIGHT-1M</c>) wins over our own count, so
/// another program behind the same address is seen too. Never waits: a request over budget is told when to come back.
/// </summary>
/// <remarks>
/// The less urgent stops first while the minute fills: audit at 50 % of the limit, and at 20 % of its own; repair at 80 %, so that it has at
/// least 30 % that audit never touches; live at 95 %, so that last ids and clock are asked whatever is repaired.
/// Source: Binance Spot API, "LIMITS", IP limits: weight counts per address and minute.
/// </remarks>
public sealed class ExchangeBudget : IExchangeBudget
{
    private const int LivePercent = 95;
    private const int RepairPercent = 80;
    private const int AuditPercent = 50;
    private const int AuditOwnPercent = 20;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private int _limit;
    private long _minute;
    private int _used;
    private int _audit;

    /// <summary>Builds a budget.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="limit">Weight per minute until the exchange tells its own.</param>
    public ExchangeBudget(TimeProvider clock, int limit)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        _clock = clock;
        _limit = limit;
    }

    /// <summary>Gets the weight allowed per minute.</summary>
    public int Limit
    {
        get
        {
            lock (_gate)
            {
                return _limit;
            }
        }
    }

    /// <summary>Gets the weight used in the running minute.</summary>
    public int Used
    {
        get
        {
            lock (_gate)
            {
                Roll();
                return _used;
            }
        }
    }

    /// <summary>Takes weight for one request.</summary>
    /// <param name="weight">The request's weight.</param>
    /// <param name="priority">What it is for.</param>
    /// <param name="wait">When refused, how long until the next minute.</param>
    /// <returns>Whether the request may be sent.</returns>
    public bool TryTake(int weight, RequestPriority priority, out TimeSpan wait)
    {
        lock (_gate)
        {
            Roll();
            var isAudit = priority == RequestPriority.Audit;
            var allowed = _used + weight <= Share(Percent(priority)) && (!isAudit || _audit + weight <= Share(AuditOwnPercent));
            wait = allowed ? TimeSpan.Zero : UntilNextMinute();
            if (allowed)
            {
                _used += weight;
                _audit += isAudit ? weight : 0;
            }

            return allowed;
        }
    }

    /// <inheritdoc/>
    public ValueTask<BudgetAnswer> TakeAsync(int weight, RequestPriority priority, CancellationToken cancellationToken)
    {
        var granted = TryTake(weight, priority, out var wait);
        var (used, limit) = (Used, Limit);
        var rest = priority == RequestPriority.Live ? "all but used up" : "kept for more urgent requests";
        return ValueTask.FromResult(new BudgetAnswer(
            wait, granted ? null : $"the request weight for this minute ({used} of {limit} used) is {rest}", used, limit));
    }

    /// <inheritdoc/>
    public ValueTask BlockAsync(TimeSpan duration, string reason, CancellationToken cancellationToken) => ValueTask.CompletedTask; // who sends remembers it

    /// <summary>Takes over what the exchange has counted in its running minute.</summary>
    public void OnUsed(int used)
    {
        lock (_gate)
        {
            // Its minute may begin a moment before or after ours; a smaller number than ours is a request still under way, or its new minute.
            Roll();
            _used = Math.Max(_used, used);
        }
    }

    /// <summary>Takes over the limit from <c>exchangeInfo.rateLimits</c>.</summary>
    public void SetLimit(int weightPerMinute)
    {
        if (weightPerMinute > 0)
        {
            lock (_gate)
            {
                _limit = weightPerMinute;
            }
        }
    }

    private static int Percent(RequestPriority priority) => priority switch
    {
        RequestPriority.Live => LivePercent,
        RequestPriority.Repair => RepairPercent,
        _ => AuditPercent,
    };

    private int Share(int percent) => (int)((long)_limit * percent / 100);

    private TimeSpan UntilNextMinute() => TimeSpan.FromTicks(Window.Ticks - (_clock.GetUtcNow().UtcTicks % Window.Ticks));

    private void Roll()
    {
        var minute = _clock.GetUtcNow().UtcTicks / Window.Ticks;
        if (minute != _minute)
        {
            (_minute, _used, _audit) = (minute, 0, 0);
        }
    }
}
