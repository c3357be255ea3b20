using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Slack;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Slack;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Slack;

public sealed class SlackChannelTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private FakeSlack _slack = null!;

    public async Task InitializeAsync() => _slack = await FakeSlack.StartAsync(_clock);

    public async Task DisposeAsync() => await _slack.DisposeAsync();

    [Fact]
    public async Task Webhook_DeliversOneMessage()
    {
        using var channel = Webhook();
        var delivery = await channel.SendAsync(Entry(), null, default);

        Assert.Equal(new(DeliveryStatus.Delivered), delivery);
        Assert.StartsWith("FIRING: Price moves fast: BTCUSDT", Assert.Single(_slack.Taken).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlackAnswers.TooMany, DeliveryStatus.RetryLater, "rate limited (429)")]
    [InlineData(SlackAnswers.ServerError, DeliveryStatus.RetryLater, "server error (500)")]
    [InlineData(SlackAnswers.BadGateway, DeliveryStatus.Unknown, "gateway error (502)")]
    [InlineData(SlackAnswers.Redirect, DeliveryStatus.GiveUp, "refused to follow a redirect (302)")]
    [InlineData(SlackAnswers.Gone, DeliveryStatus.GiveUp, "refused (410, channel_is_archived)")]
    [InlineData(SlackAnswers.Garbage, DeliveryStatus.Unknown, "expected the answer ok, found something else (200)")]
    [InlineData(SlackAnswers.Reset, DeliveryStatus.Unknown, "the connection broke")]
    [InlineData(SlackAnswers.TakeAndReset, DeliveryStatus.Unknown, "the connection broke")]
    public async Task Webhook_SaysWhatCameOfIt(SlackAnswers answer, DeliveryStatus status, string reason)
    {
        _slack.Answer(answer);
        using var channel = Webhook();
        var delivery = await channel.SendAsync(Entry(), null, default);

        Assert.Equal((status, reason), (delivery.Status, delivery.Reason));
        Assert.Equal(answer == SlackAnswers.TooMany ? TimeSpan.FromSeconds(30) : null, delivery.RetryAfter);
        Assert.Single(_slack.Requests);
    }

    [Fact]
    public async Task Webhook_SendsOnlyOnceWhenAKeptConnectionBreaks()
    {
        using var channel = Webhook();
        Assert.Equal(DeliveryStatus.Delivered, (await channel.SendAsync(Entry(), null, default)).Status);
        _slack.Answer(SlackAnswers.TakeAndReset);
        Assert.Equal(DeliveryStatus.Unknown, (await channel.SendAsync(Entry(), null, default)).Status);

        Assert.Equal(2, _slack.Requests.Count);
    }

    [Fact]
    public async Task Webhook_IsUnknownWhenTheAnswerDoesNotComeInTime()
    {
        _slack.Answer(SlackAnswers.TakeAndHang);
        using var channel = Webhook();
        var sending = channel.SendAsync(Entry(), null, default);
        await Eventually.BecomesTrueAsync(() => !_slack.Requests.IsEmpty, "a message that is taken");
        await _clock.AdvanceUntilAsync(() => sending.IsCompleted);

        Assert.Equal(new(DeliveryStatus.Unknown, Reason: "timed out"), await sending);
    }

    [Fact]
    public async Task Webhook_ThrowsOnlyWhenCancelled()
    {
        _slack.Answer(SlackAnswers.Hang);
        using var channel = Webhook();
        using var stop = new CancellationTokenSource();
        var sending = channel.SendAsync(Entry(), null, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Webhook_IsRetriedWhenNobodyListens()
    {
        using var channel = new SlackWebhookChannel(new() { WebhookUrl = $"http://127.0.0.1:{FreePort.Next()}/services/{FakeSlack.Secret}", AllowedHosts = ["127.0.0.1"] }, new(), _clock);
        var delivery = await channel.SendAsync(Entry(), null, default);

        Assert.Equal(new(DeliveryStatus.RetryLater, Reason: "no connection"), delivery);
    }

    [Fact]
    public async Task Bot_PostsWithItsTokenAndKeepsWhatEditingNeeds()
    {
        using var channel = Bot();
        var delivery = await channel.SendAsync(Entry(), null, default);

        Assert.Equal(new(DeliveryStatus.Delivered, Receipt: "C0123456789/1700000000.000001"), delivery);
        Assert.Equal("C0123456789", (string?)Assert.Single(_slack.Taken).Body!["channel"]);
    }

    [Fact]
    public async Task Bot_EditsTheMessageThatAnAmendmentCorrects()
    {
        using var channel = Bot();
        await channel.SendAsync(Amendment(), First(OutboxKind.Alert), default);

        var request = Assert.Single(_slack.Taken);
        Assert.Equal(("chat.update", "1700000000.000042"), (request.Method, (string?)request.Body!["ts"]));
    }

    [Fact]
    public async Task Bot_AnswersInTheThreadOfAGroupSoThatTheRestOfItStays()
    {
        using var channel = Bot();
        await channel.SendAsync(Amendment(), First(OutboxKind.Group), default);

        var request = Assert.Single(_slack.Taken);
        Assert.Equal(("chat.postMessage", "1700000000.000042"), (request.Method, (string?)request.Body!["thread_ts"]));
    }

    [Fact]
    public async Task Bot_PostsAnewWhenTheMessageIsGone()
    {
        _slack.Answer(SlackAnswers.MessageNotFound);
        using var channel = Bot();
        Assert.Equal(DeliveryStatus.Delivered, (await channel.SendAsync(Amendment(), First(OutboxKind.Alert), default)).Status);

        Assert.Equal(["chat.update", "chat.postMessage"], _slack.Requests.Select(request => request.Method));
    }

    [Theory]
    [InlineData(SlackAnswers.TooMany, DeliveryStatus.RetryLater)]
    [InlineData(SlackAnswers.ServerError, DeliveryStatus.RetryLater)]
    [InlineData(SlackAnswers.Garbage, DeliveryStatus.Unknown)]
    [InlineData(SlackAnswers.Reset, DeliveryStatus.Unknown)]
    [InlineData(SlackAnswers.MessageNotFound, DeliveryStatus.GiveUp)]
    public async Task Bot_SaysWhatCameOfIt(SlackAnswers answer, DeliveryStatus status)
    {
        _slack.Answer(answer);
        using var channel = Bot();

        Assert.Equal(status, (await channel.SendAsync(Entry(), null, default)).Status);
    }

    [Fact]
    public async Task Bot_GivesUpWithSlacksOwnWord()
    {
        using var channel = new SlackBotChannel(new() { BotToken = "xoxb-wrong", Channel = "C1", ApiUrl = new(_slack.Root + "/api/"), AllowedHosts = ["127.0.0.1"] }, new(), _clock);

        Assert.Equal(new(DeliveryStatus.GiveUp, Reason: "refused, invalid_auth"), await channel.SendAsync(Entry(), null, default));
    }

    [Theory]
    [InlineData(OutboxKind.Group, 200)]
    [InlineData(OutboxKind.Digest, 1_000)]
    public async Task Webhook_TakesHugeGroups(OutboxKind kind, int count)
    {
        using var channel = Webhook();
        var transitions = Enumerable.Range(0, count).Select(index => Fire($"S{index}") with { Note = new('&', 300) }).ToArray();

        Assert.Equal(DeliveryStatus.Delivered, (await channel.SendAsync(Entry(Message(kind, transitions)), null, default)).Status);
    }

    private static OutboxEntry Amendment() => Entry(Message(OutboxKind.Amendment, Fire(value: 1) with { State = AlertState.Amended }) with { First = Fire(), FirstMessageId = "1" });

    private static OutboxEntry First(OutboxKind kind) => Entry(Message(kind)) with { Status = OutboxStatus.Delivered, Receipt = "C0123456789/1700000000.000042" };

    private SlackWebhookChannel Webhook() => new(new() { WebhookUrl = _slack.WebhookUrl, AllowedHosts = ["127.0.0.1"] }, new(), _clock);

    private SlackBotChannel Bot() => new(
        new() { BotToken = FakeSlack.Token, Channel = "C0123456789", ApiUrl = new(_slack.Root + "/api"), AllowedHosts = ["127.0.0.1"] }, new(), _clock);
}
