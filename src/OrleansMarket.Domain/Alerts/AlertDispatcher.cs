using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Decides what is told of the transitions of all symbols, and in which messages: silences, grouping, budgets and digests. Pure: time and
/// records come in, changed records and messages go out (<see cref="TakePlan"/>). One caller at a time.
/// </summary>
/// <remarks>
/// Every transition leaves as part of exactly one message or as suppressed with a reason; until then it waits in a group, in a digest or behind a
/// silence, and the records that say so are all that is needed to go on after a restart (<see cref="Restore"/>).
/// </remarks>
public sealed class AlertDispatcher(AlertDispatchOptions options)
{
    private static readonly TimeSpan Forgetting = TimeSpan.FromMinutes(10);

    private readonly Dictionary<AlertKey, AlertThread> _threads = [];
    private readonly Dictionary<(string RuleId, AlertSeverity Severity), Batch> _groups = [];
    private readonly Dictionary<string, Batch> _digests = [];
    private readonly Dictionary<string, AlertRecord> _silenced = [];
    private readonly Dictionary<string, Queue<DateTimeOffset>> _spent = [];
    private readonly List<AlertRecord> _changed = [];
    private readonly List<OutboxMessage> _messages = [];
    private Dictionary<string, AlertRule> _rules = [];
    private IReadOnlyList<AlertSilence> _silences = [];

    /// <summary>Gets over what time the budget of a rule counts.</summary>
    public TimeSpan BudgetPeriod => options.BudgetPeriod;

    /// <summary>Gets when a group or digest falls due, or <see langword="null"/> when nothing waits for the time (a silence may still end).</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = null;
            foreach (var group in _groups.Values)
            {
                due = Earlier(due, group.OpenedTime + options.GroupWindow);
            }

            foreach (var digest in _digests.Values)
            {
                due = Earlier(due, digest.OpenedTime + options.BudgetPeriod);
            }

            return due;

            static DateTimeOffset Earlier(DateTimeOffset? left, DateTimeOffset right) => left < right ? left.Value : right;
        }
    }

    /// <summary>Gets whether firings wait for a silence to end, so that <see cref="Tick"/> needs the silences of the time.</summary>
    public bool WaitsForSilence => _silenced.Count > 0;

    /// <summary>Sets the rules, for their budgets and units.</summary>
    public void SetRules(IReadOnlyList<AlertRule> rules) => _rules = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    /// <summary>Sets the silences; those that ended do no harm.</summary>
    public void SetSilences(IReadOnlyList<AlertSilence> silences) => _silences = silences;

    /// <summary>Goes on after a restart.</summary>
    /// <param name="waiting">Records that wait (<see cref="AlertRecord.IsWaiting"/>), in order.</param>
    /// <param name="messages">Messages of the last <see cref="AlertDispatchOptions.BudgetPeriod"/>, in order.</param>
    public void Restore(IReadOnlyList<AlertRecord> waiting, IReadOnlyList<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.Kind != OutboxKind.Digest)
            {
                Spent(message.RuleId).Enqueue(message.CreatedTime);
            }
        }

        foreach (var record in waiting)
        {
            switch (record.Delivery)
            {
                case AlertDelivery.Silenced:
                    _silenced[record.Id] = record;
                    break;
                case AlertDelivery.Digesting:
                    DigestOf(record.Transition.Key.RuleId, record.AcceptedTime).Records.Add(record);
                    break;
                default:
                    GroupOf(record.Transition, record.AcceptedTime).Records.Add(record);
                    break;
            }
        }
    }

    /// <summary>Whether the alert is remembered; if not, <see cref="Remember"/> its records before <see cref="Accept"/>.</summary>
    public bool Knows(AlertKey key) => _threads.ContainsKey(key);

    /// <summary>Takes in what the log holds of one alert; new records among them are left for <see cref="Accept"/>.</summary>
    public void Remember(AlertKey key, IReadOnlyList<AlertRecord> records, DateTimeOffset now)
    {
        var thread = ThreadOf(key);
        foreach (var record in records)
        {
            if (record.Delivery != AlertDelivery.New)
            {
                thread.Note(record, now);
            }
        }
    }

    /// <summary>Decides about one new record. The records of an alert come in order; one that was seen before is ignored.</summary>
    public void Accept(AlertRecord record, DateTimeOffset now)
    {
        var transition = record.Transition;
        var thread = ThreadOf(transition.Key);
        if (thread.Saw(record.Id))
        {
            return;
        }

        record = record with { AcceptedTime = now };
        var firing = thread.Firing;
        if (transition.SuppressedBecause is { } suppressed)
        {
            Suppress(record, suppressed, now);
        }
        else if (transition.State == AlertState.Pending)
        {
            Suppress(record, "pending is recorded, not told", now);
        }
        else if (transition.State == AlertState.Firing)
        {
            if (FindSilence(transition, now) is { } silence)
            {
                record = record with { Delivery = AlertDelivery.Silenced, Reason = Describe(silence) };
                _silenced[record.Id] = record;
                Change(record, now);
            }
            else
            {
                Group(record, now);
            }
        }
        else if (firing is null or { Delivery: AlertDelivery.Suppressed })
        {
            Suppress(record, "its firing was not told", now);
        }
        else if (firing.Delivery == AlertDelivery.Silenced)
        {
            if (transition.State == AlertState.Resolved || transition.IsWithdrawn)
            {
                _silenced.Remove(firing.Id);
                Suppress(firing, firing.Reason!, now);
            }

            Suppress(record, firing.Reason!, now);
        }
        else if (FindSilence(transition, now) is { } silence)
        {
            Suppress(record, Describe(silence), now);
        }
        else if (firing.Delivery == AlertDelivery.Digesting)
        {
            Digest(record, now);
        }
        else if (transition.State == AlertState.Amended && firing.Delivery != AlertDelivery.Grouping)
        {
            Amend(record, firing, now);
        }
        else
        {
            Group(record, now);
        }
    }

    /// <summary>Closes what is due.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var record in _silenced.Values.ToList())
        {
            if (FindSilence(record.Transition, now) is null)
            {
                _silenced.Remove(record.Id);
                var note = $"told late: {record.Reason}";
                note = record.Transition.Note is { } known ? $"{known}; {note}" : note;
                Group(record with { Reason = null, Transition = record.Transition with { Note = note } }, now);
            }
        }

        foreach (var (key, group) in _groups.ToList())
        {
            if (now - group.OpenedTime >= options.GroupWindow)
            {
                _groups.Remove(key);
                Close(group, now);
            }
        }

        foreach (var (ruleId, digest) in _digests.ToList())
        {
            if (now - digest.OpenedTime >= options.BudgetPeriod)
            {
                _digests.Remove(ruleId);
                Send(OutboxKind.Digest, digest.Records, now);
            }
        }

        foreach (var (key, thread) in _threads.ToList())
        {
            if (now - thread.TouchedTime >= Forgetting)
            {
                _threads.Remove(key);
            }
        }
    }

    /// <summary>Hands over what was decided since the last call. Write it before anything is sent.</summary>
    public DispatchPlan TakePlan()
    {
        // A record that changed twice is written once, as it is now, in the order of its first change.
        var last = new Dictionary<string, AlertRecord>(_changed.Count, StringComparer.Ordinal);
        foreach (var record in _changed)
        {
            last[record.Id] = record;
        }

        var plan = new DispatchPlan([.. _changed.Select(record => record.Id).Distinct(StringComparer.Ordinal).Select(id => last[id])], [.. _messages]);
        _changed.Clear();
        _messages.Clear();
        return plan;
    }

    private static string Describe(TimeSpan period) =>
        period == TimeSpan.FromHours(1) ? "an hour" : string.Create(CultureInfo.InvariantCulture, $"in {period.TotalMinutes:0.##} min");

    private static string Describe(AlertSilence silence) =>
        string.Create(CultureInfo.InvariantCulture, $"silenced until {silence.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {silence.Reason}");

    private AlertSilence? FindSilence(AlertTransition transition, DateTimeOffset now)
    {
        foreach (var silence in _silences)
        {
            if (silence.From <= now && now < silence.Until
                && (silence.RuleId is null || silence.RuleId == transition.Key.RuleId)
                && (silence.Symbol is null || silence.Symbol == transition.Key.Symbol))
            {
                return silence;
            }
        }

        return null;
    }

    private AlertThread ThreadOf(AlertKey key)
    {
        if (!_threads.TryGetValue(key, out var thread))
        {
            _threads[key] = thread = new();
        }

        return thread;
    }

    private void Change(AlertRecord record, DateTimeOffset now)
    {
        ThreadOf(record.Transition.Key).Note(record, now);
        _changed.Add(record);
    }

    private void Suppress(AlertRecord record, string reason, DateTimeOffset now) =>
        Change(record with { Delivery = AlertDelivery.Suppressed, Reason = reason }, now);

    private void Group(AlertRecord record, DateTimeOffset now)
    {
        record = record with { Delivery = AlertDelivery.Grouping, AcceptedTime = now };
        Change(record, now);
        var group = GroupOf(record.Transition, now);
        group.Records.Add(record);
        if (group.Records.Count >= options.MaxGroup)
        {
            _groups.Remove((record.Transition.Key.RuleId, record.Transition.Severity));
            Close(group, now);
        }
    }

    private void Digest(AlertRecord record, DateTimeOffset now)
    {
        var digest = DigestOf(record.Transition.Key.RuleId, now);
        if (digest.Records.Count >= options.MaxDigest)
        {
            digest.Records[0] = digest.Records[0] with { NotListed = digest.Records[0].NotListed + 1 };
            Change(digest.Records[0], now);
            Suppress(record, "the digest is full: counted in it, not listed", now);
            return;
        }

        var budget = BudgetOf(record.Transition.Key.RuleId);
        record = record with
        {
            Delivery = AlertDelivery.Digesting,
            Reason = string.Create(CultureInfo.InvariantCulture, $"the rule's budget of {budget} {(budget == 1 ? "message" : "messages")} {Describe(options.BudgetPeriod)} is used up"),
            AcceptedTime = now,
        };
        Change(record, now);
        digest.Records.Add(record);
    }

    private void Amend(AlertRecord record, AlertRecord firing, DateTimeOffset now)
    {
        if (HasBudget(record.Transition.Key.RuleId, now))
        {
            Send(OutboxKind.Amendment, [record], now, firing);
        }
        else
        {
            Digest(record, now);
        }
    }

    private void Close(Batch group, DateTimeOffset now)
    {
        if (HasBudget(group.Records[0].Transition.Key.RuleId, now))
        {
            Send(group.Records.Count == 1 ? OutboxKind.Alert : OutboxKind.Group, group.Records, now);
            return;
        }

        foreach (var record in group.Records)
        {
            Digest(record, now);
        }
    }

    private void Send(OutboxKind kind, List<AlertRecord> records, DateTimeOffset now, AlertRecord? first = null)
    {
        var ruleId = records[0].Transition.Key.RuleId;
        if (kind != OutboxKind.Digest)
        {
            Spent(ruleId).Enqueue(now);
        }

        var message = new OutboxMessage
        {
            Id = IdOf(kind, records),
            Kind = kind,
            RuleId = ruleId,
            RuleName = records[^1].Transition.RuleName,
            Signal = _rules.GetValueOrDefault(ruleId)?.Signal,
            Severity = records.Max(record => record.Transition.Severity),
            Transitions = [.. records.Select(record => record.Transition)],
            CreatedTime = now,
            NotListed = records.Sum(record => record.NotListed),
            FirstMessageId = first?.MessageId,
            First = first?.Transition,
        };
        _messages.Add(message);
        foreach (var record in records)
        {
            Change(record with { Delivery = AlertDelivery.Queued, MessageId = message.Id }, now);
        }
    }

    private static string IdOf(OutboxKind kind, List<AlertRecord> records)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)kind]);
        foreach (var record in records)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(record.Id));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private int BudgetOf(string ruleId) => _rules.GetValueOrDefault(ruleId)?.HourlyBudget ?? options.DefaultBudget;

    private bool HasBudget(string ruleId, DateTimeOffset now)
    {
        var spent = Spent(ruleId);
        while (spent.TryPeek(out var oldest) && now - oldest >= options.BudgetPeriod)
        {
            spent.Dequeue();
        }

        return spent.Count < BudgetOf(ruleId);
    }

    private Queue<DateTimeOffset> Spent(string ruleId)
    {
        if (!_spent.TryGetValue(ruleId, out var spent))
        {
            _spent[ruleId] = spent = new();
        }

        return spent;
    }

    private Batch GroupOf(AlertTransition transition, DateTimeOffset now)
    {
        var key = (transition.Key.RuleId, transition.Severity);
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = new(now);
        }

        return group;
    }

    private Batch DigestOf(string ruleId, DateTimeOffset now)
    {
        if (!_digests.TryGetValue(ruleId, out var digest))
        {
            _digests[ruleId] = digest = new(now);
        }

        return digest;
    }

    private sealed class Batch(DateTimeOffset openedTime)
    {
        public DateTimeOffset OpenedTime { get; } = openedTime;

        public List<AlertRecord> Records { get; } = [];
    }
}

/// <summary>What the dispatcher decided: to be written at once, before anything is sent.</summary>
/// <param name="Records">Records that changed.</param>
/// <param name="Messages">Messages to be sent, in order.</param>
public sealed record DispatchPlan(IReadOnlyList<AlertRecord> Records, IReadOnlyList<OutboxMessage> Messages);
