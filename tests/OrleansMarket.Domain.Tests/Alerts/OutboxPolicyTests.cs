using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class OutboxPolicyTests
{
    private static readonly DateTimeOffset Now = DispatchBench.Start;
    private static readonly OutboxOptions Options = new();

    [Fact]
    public void Begin_MarksAMessageFoundSendingAsAPossibleRepeat()
    {
        var begun = OutboxPolicy.Begin(Entry());
        Assert.Equal((OutboxStatus.Sending, 1, false), (begun.Status, begun.Attempts, begun.PossibleRepeat));

        var again = OutboxPolicy.Begin(begun);
        Assert.Equal((OutboxStatus.Sending, 2, true), (again.Status, again.Attempts, again.PossibleRepeat));
    }

    [Fact]
    public void End_RecordsSuccess()
    {
        var entry = OutboxPolicy.End(OutboxPolicy.Begin(Entry()), new(DeliveryStatus.Delivered, Receipt: "C1/2.3"), Now, 0.5, Options);

        Assert.Equal((OutboxStatus.Delivered, Now, "C1/2.3", null), (entry.Status, entry.DeliveredTime, entry.Receipt, entry.Error));
    }

    [Theory]
    [InlineData(DeliveryStatus.RetryLater, false)]
    [InlineData(DeliveryStatus.Unknown, true)]
    public void End_TriesAgainAndRemembersWhetherItMayHaveArrived(DeliveryStatus status, bool possibleRepeat)
    {
        var entry = OutboxPolicy.End(OutboxPolicy.Begin(Entry()), new(status, Reason: "timeout"), Now, 0.5, Options);

        Assert.Equal((OutboxStatus.Queued, possibleRepeat, "timeout"), (entry.Status, entry.PossibleRepeat, entry.Error));
    }

    [Theory]
    [InlineData(1, 0.0, 0)]
    [InlineData(1, 0.5, 1)]
    [InlineData(3, 0.5, 4)]
    [InlineData(20, 0.5, 150)]
    [InlineData(2_000_000_000, 0.5, 150)]
    public void End_BacksOffTwiceAsLongEachTimeWithFullJitter(int attempts, double jitter, double seconds)
    {
        var entry = OutboxPolicy.End(Entry() with { Attempts = attempts }, new(DeliveryStatus.RetryLater), Now, jitter, Options);

        Assert.Equal(Now.AddSeconds(seconds), entry.NextAttemptTime);
    }

    [Fact]
    public void End_ObeysRetryAfter()
    {
        var entry = OutboxPolicy.End(Entry() with { Attempts = 1 }, new(DeliveryStatus.RetryLater, TimeSpan.FromSeconds(30)), Now, 0.5, Options);

        Assert.InRange(entry.NextAttemptTime, Now.AddSeconds(30), Now.AddSeconds(31));
    }

    [Fact]
    public void End_GivesUpWhatIsRefusedAndWhatGrewTooOld()
    {
        Assert.Equal(OutboxStatus.GaveUp, OutboxPolicy.End(Entry(), new(DeliveryStatus.GiveUp, Reason: "no_service"), Now, 0, Options).Status);

        var old = OutboxPolicy.End(OutboxPolicy.Begin(Entry()), new(DeliveryStatus.Unknown, Reason: "timeout"), Now.AddHours(24).AddSeconds(1), 0, Options);
        Assert.Equal((OutboxStatus.GaveUp, "timeout; given up after 1 attempts; it may have arrived"), (old.Status, old.Error));
    }

    [Theory]
    [InlineData(OutboxKind.Alert, AlertDelivery.Delivered)]
    [InlineData(OutboxKind.Group, AlertDelivery.Grouped)]
    [InlineData(OutboxKind.Digest, AlertDelivery.Digested)]
    [InlineData(OutboxKind.Amendment, AlertDelivery.Delivered)]
    public void OutcomeOf_NamesTheEndByTheKindOfMessage(OutboxKind kind, AlertDelivery end) =>
        Assert.Equal((end, null), OutboxPolicy.OutcomeOf([Entry(kind) with { Status = OutboxStatus.Delivered }]));

    [Fact]
    public void OutcomeOf_WaitsForEveryOutputAndNamesThoseThatFailed()
    {
        var delivered = Entry() with { Status = OutboxStatus.Delivered };
        var gaveUp = Entry() with { Channel = "file", Status = OutboxStatus.GaveUp, Error = "the disk is full" };

        Assert.Null(OutboxPolicy.OutcomeOf([delivered, Entry() with { Channel = "file", Status = OutboxStatus.Sending }]));
        Assert.Equal((AlertDelivery.Delivered, "file: the disk is full"), OutboxPolicy.OutcomeOf([delivered, gaveUp]));
        Assert.Equal((AlertDelivery.Failed, "file: the disk is full"), OutboxPolicy.OutcomeOf([gaveUp]));
    }

    private static OutboxEntry Entry(OutboxKind kind = OutboxKind.Alert)
    {
        var fired = DispatchBench.Fire("BTCUSDT");
        return new()
        {
            Message = new() { Id = "m", Kind = kind, RuleId = "move", RuleName = "Rule move", Severity = AlertSeverity.Warning, Transitions = [fired], CreatedTime = Now },
            Channel = "slack",
            NextAttemptTime = Now,
        };
    }
}
