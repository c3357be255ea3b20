using System.Text.Json;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.TestKit;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Alerts;

public sealed class LocalChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => Path.Combine(_folder.Path, "deep", "alerts.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Console_WritesALine()
    {
        using var output = new StringWriter();
        await new ConsoleAlertChannel(output).SendAsync(Entry(), null, default);

        Assert.Equal("alert warning FIRING Price moves fast: BTCUSDT firing +2.50 % (threshold +2.00 %) at 2026-01-01 00:00:00 UTC, price 65,000.5\n", output.ToString());
    }

    [Fact]
    public async Task Console_ListsAGroupUpToALimit_AndNeverSteersTheTerminal()
    {
        using var output = new StringWriter();
        var transitions = Enumerable.Range(0, 25).Select(index => Fire($"S{index}") with { Note = "\u001b[2Jgone" }).ToArray();
        await new ConsoleAlertChannel(output).SendAsync(Entry(Message(OutboxKind.Group, transitions), possibleRepeat: true), null, default);

        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(22, lines.Length);
        Assert.Equal("alert warning (possible repeat) 25 FIRING: Price moves fast", lines[0]);
        Assert.Equal("  and 5 more, all in the alert log", lines[^1]);
        Assert.DoesNotContain('\u001b', output.ToString());
    }

    [Fact]
    public async Task File_AppendsOneJsonObjectPerLine()
    {
        var channel = new FileAlertChannel(File1, 1 << 20);
        await channel.SendAsync(Entry(), null, default);
        await channel.SendAsync(Entry(possibleRepeat: true), null, default);

        var lines = await File.ReadAllLinesAsync(File1);
        Assert.Equal(2, lines.Length);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.True(second.RootElement.GetProperty("possibleRepeat").GetBoolean());
        Assert.Equal("move@1/BTCUSDT/1767225600000000", second.RootElement.GetProperty("message").GetProperty("transitions")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task File_EndsALineThatACrashCutShort()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File1)!);
        await File.WriteAllTextAsync(File1, "{\"possibleRe");
        await new FileAlertChannel(File1, 1 << 20).SendAsync(Entry(), null, default);

        var lines = await File.ReadAllLinesAsync(File1);
        Assert.Equal(2, lines.Length);
        using var _ = JsonDocument.Parse(lines[1]);
    }

    [Fact]
    public async Task File_IsSetAsideWhenItIsFull()
    {
        var channel = new FileAlertChannel(File1, 1_500);
        for (var message = 0; message < 6; message++)
        {
            Assert.Equal(DeliveryStatus.Delivered, (await channel.SendAsync(Entry(), null, default)).Status);
        }

        Assert.InRange(new FileInfo(File1).Length, 1, 1_500);
        Assert.InRange(new FileInfo(File1 + ".1").Length, 1, 1_500);
    }

    [Fact]
    public async Task File_IsTriedAgainWhenItCannotBeWritten()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "deep"), "a file where a directory should be");

        Assert.Equal(DeliveryStatus.RetryLater, (await new FileAlertChannel(File1, 1 << 20).SendAsync(Entry(), null, default)).Status);
    }
}
