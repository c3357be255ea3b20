using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Alerts;

public sealed class AlertCourierTests
{
    private readonly ManualTimeProvider _clock = new(Start);
    private readonly InMemoryAlertStore _store = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task StepAsync_RepeatsAtMostOneMessagePerCrash_AndMarksIt(int seed)
    {
        var random = new Random(seed);
        var crashes = 0;
        var channel = new Recorder();
        var entries = Enumerable.Range(0, 100).Select(index => Entry(Message() with { Id = $"m{index}" })).ToArray();
        await _store.CommitAsync(new([], entries), default);
        while (true)
        {
            // A process: it lives until a crash before or after one of its writes.
            var courier = new AlertCourier(new Crashing(_store, () => random.Next(6) == 0, () => random.Next(6) == 0), channel, new());
            try
            {
                while ((await courier.StepAsync(_clock, 0.5, default, default)).NextTime is not null)
                {
                    _clock.Advance(TimeSpan.FromSeconds(1));
                }

                break;
            }
            catch (CrashException)
            {
                crashes++;
            }
        }

        Assert.True(crashes > 10, $"expected many crashes, found {crashes}");
        Assert.Equal(entries.Select(entry => entry.Message.Id), channel.Sent.Select(sent => sent.Id).Distinct());
        Assert.InRange(channel.Sent.Count - entries.Length, 0, crashes);
        foreach (var sent in channel.Sent.GroupBy(sent => sent.Id))
        {
            Assert.All(sent.Skip(1), repeat => Assert.True(repeat.PossibleRepeat, $"{repeat.Id} was sent again unmarked"));
        }
    }

    [Fact]
    public async Task StepAsync_SendsNothingMoreUntilASuccessIsRecorded()
    {
        var channel = new Recorder();
        await _store.CommitAsync(new([], [Entry(Message() with { Id = "m1" }), Entry(Message() with { Id = "m2" })]), default);
        var writes = 0;
        // The first write says "sending"; the next three, the record of the success, fail.
        var courier = await BeginAsync(new Crashing(_store, () => ++writes is >= 2 and <= 4, () => false), channel);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await Assert.ThrowsAsync<CrashException>(() => courier.StepAsync(_clock, 0.5, default, default));
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(["m1"], channel.Sent.Select(sent => sent.Id));
        await courier.StepAsync(_clock, 0.5, default, default);
        Assert.Equal([("m1", false), ("m2", false)], channel.Sent);
    }

    [Fact]
    public async Task StepAsync_HandsTheDeliveredFirstMessageToAnAmendment()
    {
        var channel = new Recorder();
        var amendment = Message(OutboxKind.Amendment, Fire() with { State = AlertState.Amended }) with { Id = "m2", FirstMessageId = "m1" };
        await _store.CommitAsync(new([], [Entry(Message() with { Id = "m1" }), Entry(amendment)]), default);
        var courier = await BeginAsync(_store, channel);
        await courier.StepAsync(_clock, 0.5, default, default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await courier.StepAsync(_clock, 0.5, default, default);

        Assert.Equal([null, "receipt of m1"], channel.Firsts);
    }

    [Fact]
    public async Task StepAsync_EndsATransitionOnlyWhenAllItsChannelsHaveEnded()
    {
        var transition = Fire();
        var message = Message(OutboxKind.Group, transition, Fire("ETHUSDT"));
        var record = new AlertRecord { Transition = transition, AcceptedTime = Start, Delivery = AlertDelivery.Queued, MessageId = message.Id };
        await _store.CommitAsync(new([record], [Entry(message), Entry(message) with { Channel = "file" }]), default);
        await (await BeginAsync(_store, new Recorder())).StepAsync(_clock, 0.5, default, default);
        Assert.Equal(AlertDelivery.Queued, (await _store.FindRecordsAsync([transition.Id], default))[0].Delivery);
        await (await BeginAsync(_store, new Recorder("file", new(DeliveryStatus.GiveUp, Reason: "the disk is full")))).StepAsync(_clock, 0.5, default, default);

        var ended = (await _store.FindRecordsAsync([transition.Id], default))[0];
        Assert.Equal((AlertDelivery.Grouped, "file: the disk is full"), (ended.Delivery, ended.Reason));
    }

    /// <summary>A courier that has been there for longer than the interval.</summary>
    private async Task<AlertCourier> BeginAsync(IAlertStore store, IAlertChannel channel)
    {
        var courier = new AlertCourier(store, channel, new());
        await courier.StepAsync(_clock, 0.5, default, default);
        _clock.Advance(channel.MinInterval);
        return courier;
    }

    private sealed class Recorder(string name = "slack", Delivery? answer = null) : IAlertChannel
    {
        public List<(string Id, bool PossibleRepeat)> Sent { get; } = [];

        public List<string?> Firsts { get; } = [];

        public string Name => name;

        public TimeSpan MinInterval => TimeSpan.FromSeconds(1);

        public Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
        {
            Sent.Add((entry.Message.Id, entry.PossibleRepeat));
            Firsts.Add(first?.Receipt);
            return Task.FromResult(answer ?? new(DeliveryStatus.Delivered, Receipt: $"receipt of {entry.Message.Id}"));
        }
    }

    private sealed class CrashException : Exception;

    /// <summary>A store whose process dies before or after a write.</summary>
    private sealed class Crashing(IAlertStore inner, Func<bool> before, Func<bool> after) : IAlertStore
    {
        public async Task CommitAsync(AlertCommit commit, CancellationToken cancellationToken)
        {
            if (before())
            {
                throw new CrashException();
            }

            await inner.CommitAsync(commit, cancellationToken);
            if (after())
            {
                throw new CrashException();
            }
        }

        public Task<OutboxEntry?> ReadNextAsync(string channel, CancellationToken cancellationToken) => inner.ReadNextAsync(channel, cancellationToken);

        public Task<IReadOnlyList<OutboxEntry>> ReadEntriesAsync(string messageId, CancellationToken cancellationToken) => inner.ReadEntriesAsync(messageId, cancellationToken);

        public Task<IReadOnlyList<AlertRecord>> FindRecordsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => inner.FindRecordsAsync(ids, cancellationToken);

        public Task AppendAsync(IReadOnlyList<AlertTransition> transitions, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AlertRecord>> ReadNewAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(AlertKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AlertRecord>> ReadWaitingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AlertPage> ReadAlertsAsync(AlertQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<OutboxMessage>> ReadMessagesAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> CountQueuedAsync(string channel, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task TrimAsync(DateTimeOffset olderThan, int keep, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AlertSilence>> ReadSilencesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PutSilenceAsync(AlertSilence silence, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AlertRule>?> ReadRulesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PutRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int?> RemoveRuleAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> ReadLastVersionAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
