using System.Text;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteDeadLetterStoreTests : DatabaseTestBase
{
    private SqliteDeadLetterStore Store(RetentionOptions? options = null) => new(Database, Options.Create(options ?? new RetentionOptions()));

    [Fact]
    public async Task FindAsync_GivesBackTheLetter()
    {
        var letter = Letter("{\"p\":\"\u0000\"}", DeadLetterReason.BadPrice) with { Symbol = "BTCUSDT", Attempts = 2 };
        await Store().AppendAsync([letter], default);
        await ReopenAsync();

        var found = await Store().FindAsync(1, default);

        Assert.Equal(letter.Payload.ToArray(), found!.Payload.ToArray());
        Assert.Equal(letter with { Id = 1, Payload = default }, found with { Payload = default });
        Assert.Null(await Store().FindAsync(2, default));
    }

    [Fact]
    public async Task ReadAsync_IsNewestFirstByReasonAndPaged()
    {
        var store = Store();
        await store.AppendAsync([.. Enumerable.Range(0, 10).Select(i => Letter($"{i}", i % 2 == 0 ? DeadLetterReason.Malformed : DeadLetterReason.BadId))], default);

        Assert.Equal([10, 9, 8], (await store.ReadAsync(null, null, 3, default)).Select(letter => letter.Id));
        Assert.Equal([7, 6, 5], (await store.ReadAsync(null, 8, 3, default)).Select(letter => letter.Id));
        Assert.Equal([7, 5], (await store.ReadAsync(DeadLetterReason.Malformed, 8, 2, default)).Select(letter => letter.Id));
        Assert.Equal(
            new Dictionary<DeadLetterReason, long> { [DeadLetterReason.Malformed] = 5, [DeadLetterReason.BadId] = 5 }, await store.CountAsync(default));
    }

    [Fact]
    public async Task MarkAttemptAsync_CountsAndTellsTheNewError()
    {
        var store = Store();
        await store.AppendAsync([Letter("x", DeadLetterReason.Malformed)], default);

        await store.MarkAttemptAsync(1, "still no JSON", default);

        var letter = await store.FindAsync(1, default);
        Assert.Equal((1, "still no JSON"), (letter!.Attempts, letter.Error));
    }

    [Fact]
    public async Task RemoveAndPurge_AnswerHowManyThereWere()
    {
        var store = Store();
        await store.AppendAsync([.. Enumerable.Range(0, 10).Select(i => Letter($"{i}", i < 4 ? DeadLetterReason.Malformed : DeadLetterReason.BadId))], default);

        Assert.Equal(2, await store.RemoveAsync([1, 2, 99], default));
        Assert.Equal(2, await store.PurgeAsync(DeadLetterReason.Malformed, default));
        Assert.Equal(6, await store.PurgeAsync(null, default));
        await store.AppendAsync([Letter("later", DeadLetterReason.Malformed)], default);
        // A number is never given twice, so a page or a note about a letter cannot mean another one.
        Assert.Equal(11, (await store.ReadAsync(null, null, 9, default))[0].Id);
    }

    [Fact]
    public async Task AppendAsync_DropsTheOldestBeyondTheNumber()
    {
        var store = Store(new RetentionOptions { MaxDeadLetters = 20 });
        for (var i = 0; i < 100; i++)
        {
            await store.AppendAsync([Letter($"{i}", DeadLetterReason.Malformed)], default);
        }

        var kept = await store.ReadAsync(null, null, 1_000, default);
        Assert.InRange(kept.Count, 20, 22);
        Assert.Equal("99", Encoding.UTF8.GetString(kept[0].Payload.Span));
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => 100L - i), kept.Select(letter => letter.Id));
    }

    [Fact]
    public async Task TrimAsync_DropsTheOldestBeyondTheBytes()
    {
        var store = Store(new RetentionOptions { MaxDeadLetterBytes = 1_048_576 });
        await store.AppendAsync([.. Enumerable.Range(0, 40).Select(i => Letter(new string('x', 60_000), DeadLetterReason.Malformed))], default);

        await store.TrimAsync(0, 100, default);

        Assert.Equal(1_048_576 / 60_000, (await store.ReadAsync(null, null, 100, default)).Count);
    }

    [Fact]
    public async Task AppendAsync_CutsAPayloadThatIsTooLongAndSaysSo()
    {
        var store = Store();
        await store.AppendAsync([Letter(new string('x', DeadLetter.MaxPayloadBytes + 1), DeadLetterReason.Malformed)], default);

        var letter = await store.FindAsync(1, default);
        Assert.Equal(DeadLetter.MaxPayloadBytes, letter!.Payload.Length);
        Assert.Contains("cut from 65537", letter.Error, StringComparison.Ordinal);
    }

    internal static DeadLetter Letter(string payload, DeadLetterReason reason, long receivedMicros = 5) => new()
    {
        ReceivedTimeMicros = receivedMicros,
        Reason = reason,
        Error = "expected a number, found 'x'",
        Source = "stream.example/btcusdt@trade",
        Payload = Encoding.UTF8.GetBytes(payload),
    };
}
