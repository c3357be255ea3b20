using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Alerts;

/// <summary>
/// Keeps alerts for as long as the process lives, bounded: for tests without a file, and the yardstick for other stores. Safe for use by several
/// callers.
/// </summary>
/// <param name="maxRecords">How many records of ended alerts are kept; the oldest are dropped first.</param>
public sealed class InMemoryAlertStore(int maxRecords = 100_000) : IAlertStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlertRecord> _records = [];
    private readonly Dictionary<string, List<string>> _alerts = [];
    private readonly List<string> _order = [];
    private readonly Queue<string> _new = new();
    private readonly Dictionary<(string Message, string Channel), OutboxEntry> _entries = [];
    private readonly List<(string Message, string Channel)> _outbox = [];
    private readonly List<AlertSilence> _silences = [];
    private readonly SortedDictionary<string, AlertRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _versions = [];
    private bool _rulesStored;

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AlertTransition> transitions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var transition in transitions)
            {
                if (!_records.ContainsKey(transition.Id))
                {
                    Put(new() { Transition = transition, AcceptedTime = now, Delivery = AlertDelivery.New });
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadNewAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What was looked at has left that state and leaves the queue here.
            while (_new.TryPeek(out var id) && _records.GetValueOrDefault(id) is not { Delivery: AlertDelivery.New })
            {
                _new.Dequeue();
            }

            return Task.FromResult<IReadOnlyList<AlertRecord>>(
                [.. _new.Select(id => _records.GetValueOrDefault(id)).OfType<AlertRecord>().Where(record => record.Delivery == AlertDelivery.New).Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(AlertCommit commit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var record in commit.Records)
            {
                Put(record);
            }

            foreach (var entry in commit.Entries)
            {
                var id = (entry.Message.Id, entry.Channel);
                if (!_entries.ContainsKey(id))
                {
                    _outbox.Add(id);
                }

                _entries[id] = entry;
            }

            Bound();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(AlertKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AlertRecord>>(
                _alerts.TryGetValue(key.ToString(), out var ids) ? [.. ids.Select(id => _records[id])] : []);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> FindRecordsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AlertRecord>>([.. ids.Where(_records.ContainsKey).Select(id => _records[id])]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadWaitingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AlertRecord>>(
                [.. _order.Select(id => _records[id]).Where(record => record.IsWaiting)]);
        }
    }

    /// <inheritdoc/>
    public Task<AlertPage> ReadAlertsAsync(AlertQuery query, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var views = _alerts
                .Select(alert => (Key: alert.Key, View: AlertViews.From([.. alert.Value.Select(id => _records[id])])))
                .Where(alert => (query.Symbol is null || alert.View.Symbol == query.Symbol)
                    && (query.State is null || alert.View.State == query.State)
                    && (query.RuleId is null || alert.View.RuleId == query.RuleId))
                .OrderByDescending(alert => alert.View.Started).ThenByDescending(alert => alert.Key, StringComparer.Ordinal)
                .ToList();
            if (query.Before is not null && AlertKey.TryParse(query.Before, out var before))
            {
                var start = Micros.ToInstant(before.StartMicros);
                views.RemoveAll(alert => alert.View.Started > start
                    || (alert.View.Started == start && string.CompareOrdinal(alert.Key, query.Before) >= 0));
            }

            var page = views.Take(query.Limit).Select(alert => alert.View).ToList();
            return Task.FromResult(new AlertPage(page, views.Count > page.Count ? page[^1].Key : null));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxMessage>> ReadMessagesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<OutboxMessage>>(
                [.. _outbox.Select(id => _entries[id].Message).Where(message => message.CreatedTime >= since).DistinctBy(message => message.Id)]);
        }
    }

    /// <inheritdoc/>
    public Task<OutboxEntry?> ReadNextAsync(string channel, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var id in _outbox)
            {
                if (id.Channel == channel && !_entries[id].IsEnded)
                {
                    return Task.FromResult<OutboxEntry?>(_entries[id]);
                }
            }

            return Task.FromResult<OutboxEntry?>(null);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxEntry>> ReadEntriesAsync(string messageId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<OutboxEntry>>([.. _outbox.Where(id => id.Message == messageId).Select(id => _entries[id])]);
        }
    }

    /// <inheritdoc/>
    public Task<int> CountQueuedAsync(string channel, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_outbox.Count(id => id.Channel == channel && !_entries[id].IsEnded));
        }
    }

    /// <inheritdoc/>
    public Task TrimAsync(DateTimeOffset olderThan, int keep, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var surplus = _alerts.Keys.OrderByDescending(key => AlertKey.TryParse(key, out var parsed) ? parsed.StartMicros : 0).ThenByDescending(key => key, StringComparer.Ordinal).Skip(keep).ToHashSet();
            foreach (var (key, ids) in _alerts.ToList())
            {
                if (ids.TrueForAll(id => _records[id].IsEnded && (surplus.Contains(key) || _records[id].AcceptedTime < olderThan)))
                {
                    Forget(key);
                }
            }

            var old = _outbox.SkipLast(keep).ToHashSet();
            _outbox.RemoveAll(id => _entries[id] is { IsEnded: true } entry
                && (old.Contains(id) || (entry.DeliveredTime ?? entry.NextAttemptTime) < olderThan) && _entries.Remove(id));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertSilence>> ReadSilencesAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AlertSilence>>([.. _silences]);
        }
    }

    /// <inheritdoc/>
    public Task PutSilenceAsync(AlertSilence silence, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var index = _silences.FindIndex(known => known.Id == silence.Id);
            if (index < 0)
            {
                _silences.Add(silence);
            }
            else
            {
                _silences[index] = silence;
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_silences.RemoveAll(silence => silence.Id == id) > 0);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRule>?> ReadRulesAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AlertRule>?>(_rulesStored ? [.. _rules.Values] : null);
        }
    }

    /// <inheritdoc/>
    public Task PutRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _rulesStored = true;
            foreach (var rule in rules)
            {
                _rules[rule.Id] = rule;
                _versions[rule.Id] = Math.Max(rule.Version, _versions.GetValueOrDefault(rule.Id));
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int?> RemoveRuleAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<int?>(_rules.Remove(id, out var rule) ? rule.Version : null);
        }
    }

    /// <inheritdoc/>
    public Task<int> ReadLastVersionAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_versions.GetValueOrDefault(id));
        }
    }

    private void Put(AlertRecord record)
    {
        if (!_records.ContainsKey(record.Id))
        {
            _order.Add(record.Id);
            var key = record.Transition.Key.ToString();
            if (!_alerts.TryGetValue(key, out var ids))
            {
                _alerts[key] = ids = [];
            }

            ids.Add(record.Id);
        }

        _records[record.Id] = record;
        if (record.Delivery == AlertDelivery.New)
        {
            _new.Enqueue(record.Id);
        }
    }

    private void Bound()
    {
        for (var index = 0; _records.Count > maxRecords && index < _order.Count; index++)
        {
            if (_records.TryGetValue(_order[index], out var oldest))
            {
                var key = oldest.Transition.Key.ToString();
                if (_alerts[key].TrueForAll(id => _records[id].IsEnded))
                {
                    Forget(key);
                    index = -1;
                }
            }
        }

        for (var index = 0; _outbox.Count > maxRecords && index < _outbox.Count; index++)
        {
            if (_entries[_outbox[index]].IsEnded)
            {
                _entries.Remove(_outbox[index]);
                _outbox.RemoveAt(index--);
            }
        }
    }

    private void Forget(string key)
    {
        if (_alerts.Remove(key, out var ids))
        {
            foreach (var id in ids)
            {
                _records.Remove(id);
            }

            _order.RemoveAll(id => !_records.ContainsKey(id));
        }
    }
}
