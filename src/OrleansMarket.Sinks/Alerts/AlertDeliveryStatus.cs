using System.Collections.Concurrent;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>What is wrong with each output, for health. Delivery trouble is shown here and logged; it never becomes an alert.</summary>
public sealed class AlertDeliveryStatus
{
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>Gets the outputs with trouble and what it is; names as in the outbox, and "dispatch" for the way into it.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <summary>All trouble in one line, or <see langword="null"/> when there is none.</summary>
    public string? Describe() =>
        _problems.IsEmpty ? null : string.Join("; ", _problems.OrderBy(problem => problem.Key, StringComparer.Ordinal).Select(problem => $"{problem.Key}: {problem.Value}"));

    internal bool Set(string part, string? problem)
    {
        if (problem is null)
        {
            return _problems.TryRemove(part, out _);
        }

        var isNew = !_problems.TryGetValue(part, out var known) || known != problem;
        _problems[part] = problem;
        return isNew;
    }
}
