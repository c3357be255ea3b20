using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Alerts;

namespace OrleansMarket.Domain.Tests.Alerts;

/// <summary>Journal, dispatcher and a store in memory, with a clock in whole seconds.</summary>
internal sealed class DispatchBench
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly AlertDispatchOptions _options;
    private readonly string[] _channels;
    private AlertJournal _journal;

    public DispatchBench(AlertDispatchOptions? options = null, string[]? channels = null, params AlertRule[] rules)
    {
        _options = options ?? new();
        _channels = channels ?? ["slack"];
        Store.PutRulesAsync(rules.Length > 0 ? rules : [new() { Id = "move", Name = "Rule move", Signal = Signal.PriceMove1m, Enter = 10 }], default).GetAwaiter().GetResult();
        _journal = NewJournal();
    }

    public InMemoryAlertStore Store { get; } = new();

    public static DateTimeOffset At(double second) => Start.AddSeconds(second);

    public static AlertTransition Fire(string symbol, double second = 0, string rule = "move", double value = 10, AlertSeverity severity = AlertSeverity.Warning) => new()
    {
        Key = new(rule, 1, new(symbol), Micros.From(At(second))),
        State = AlertState.Firing,
        TimeMicros = Micros.From(At(second)),
        RuleName = $"Rule {rule}",
        Severity = severity,
        IsDataQuality = false,
        Value = value,
        Threshold = 10,
        Price = 65_000,
    };

    public static AlertTransition Resolve(AlertTransition fired, double second) => fired with
    {
        State = AlertState.Resolved,
        TimeMicros = Micros.From(At(second)),
        SuppressedBecause = null,
    };

    public async Task<DispatchBench> SeeAsync(double second, params AlertTransition[] transitions)
    {
        await Store.AppendAsync(transitions, At(second), default);
        await _journal.PumpAsync(At(second), default);
        return this;
    }

    public async Task RestartAsync(double second)
    {
        _journal = NewJournal();
        await _journal.OpenAsync(At(second), default);
    }

    public async Task<AlertRecord> RecordAsync(AlertTransition transition) => Assert.Single(await Store.FindRecordsAsync([transition.Id], default));

    public async Task<string> StateAsync(AlertTransition transition)
    {
        var record = await RecordAsync(transition);
        return record.Reason is null ? WireName.Of(record.Delivery) : $"{WireName.Of(record.Delivery)}: {record.Reason}";
    }

    public Task<IReadOnlyList<OutboxMessage>> MessagesAsync() => Store.ReadMessagesAsync(DateTimeOffset.MinValue, default);

    private AlertJournal NewJournal() => new(Store, new(_options), _channels);
}
