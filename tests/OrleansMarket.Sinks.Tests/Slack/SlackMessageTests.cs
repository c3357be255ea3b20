using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Slack;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Slack;

public sealed class SlackMessageTests
{
    private static readonly Uri Page = new("https://market.example/");

    [Fact]
    public void Build_ShowsHeadlineFiguresCompletenessLinkAndContext()
    {
        var transition = Fire() with { Completeness = 0.97, IsLate = true, Note = "is flapping: 5 firings" };
        var body = SlackMessage.Build(Entry(Message(OutboxKind.Alert, transition)), Page);

        Assert.Equal(["header", "section", "section", "section", "section", "context"], body["blocks"]!.AsArray().Select(block => (string?)block!["type"]));
        Assert.Equal("🟠 FIRING: Price moves fast · BTCUSDT", (string?)body["blocks"]![0]!["text"]!["text"]);
        Assert.Equal(
            ["*Value*\n+2.50 %", "*Threshold*\n+2.00 %", "*Price*\n65,000.5", "*Severity*\nwarning", "*Completeness*\n97 % of the trades, found late", "*Time*\n2026-01-01 00:00:00 UTC"],
            body["blocks"]![2]!["fields"]!.AsArray().Select(field => (string?)field!["text"]));
        Assert.Equal("<https://market.example/?symbol=BTCUSDT|Chart of BTCUSDT>", (string?)body["blocks"]![4]!["text"]!["text"]);
        Assert.Contains("alert move@1/BTCUSDT/1767225600000000", (string?)body["blocks"]![5]!["elements"]![0]!["text"], StringComparison.Ordinal);
        Assert.Equal(
            "FIRING: Price moves fast: BTCUSDT firing +2.50 % (threshold +2.00 %) at 2026-01-01 00:00:00 UTC, price 65,000.5, 97 % of the trades present, found late after a repair (is flapping: 5 firings)",
            (string?)body["text"]);
    }

    [Fact]
    public void Build_MarksAPossibleRepeatWherePeopleSeeIt()
    {
        var body = SlackMessage.Build(Entry(possibleRepeat: true), null);

        Assert.StartsWith("[possible repeat] ", (string?)body["text"], StringComparison.Ordinal);
        Assert.Contains("an earlier attempt may have arrived", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NamesTheFirstMessageInAnAmendment()
    {
        var amended = Fire(value: 0.4) with { State = AlertState.Amended, IsWithdrawn = true };
        var body = SlackMessage.Build(Entry(Message(OutboxKind.Amendment, amended) with { First = Fire(), FirstMessageId = "1234" }), null);

        Assert.Equal("✏️ WITHDRAWN: Price moves fast · BTCUSDT", (string?)body["blocks"]![0]!["text"]!["text"]);
        Assert.Contains("Corrects message 1234: BTCUSDT +2.50 % at 2026-01-01 00:00:00 UTC", Plain(body), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_CountsAGroupAndListsIt()
    {
        var body = SlackMessage.Build(Entry(Message(OutboxKind.Group, Fire(), Fire("ETHUSDT"), Fire("SOLUSDT") with { State = AlertState.Resolved })), null);

        Assert.Equal("🟠 2 FIRING, 1 RESOLVED: Price moves fast", (string?)body["blocks"]![0]!["text"]!["text"]);
        Assert.Equal(3, ((string?)body["blocks"]![1]!["text"]!["text"])!.Split('\n').Length);
    }

    [Theory]
    [InlineData(OutboxKind.Group, 1)]
    [InlineData(OutboxKind.Group, 200)]
    [InlineData(OutboxKind.Digest, 1_000)]
    [InlineData(OutboxKind.Digest, 10_000)]
    public void Build_StaysInsideSlacksLimitsWithHugeGroupsOfHostileTexts(OutboxKind kind, int count)
    {
        var random = new Random(count);
        var transitions = Enumerable.Range(0, count).Select(index => Fire($"S{index}", index) with
        {
            RuleName = Hostile(random, 120),
            Note = random.Next(2) == 0 ? null : Hostile(random, 400),
        }).ToArray();
        var message = Message(kind, transitions) with { RuleName = Hostile(random, 120), NotListed = kind == OutboxKind.Digest ? 7 : 0 };
        var body = SlackMessage.Build(Entry(message, possibleRepeat: true), Page);

        AssertLimits(body);
        var listed = Plain(body).Split('•').Length - 1;
        var rest = count - listed + message.NotListed;
        Assert.True(rest == 0 || Plain(body).Contains($"… and {rest} more, all in the alert log", StringComparison.Ordinal), $"expected {rest} more to be named");
    }

    [Fact]
    public void Build_StaysInsideSlacksLimitsWithOneEnormousText()
    {
        var transition = Fire() with { RuleName = new('&', 5_000), Note = new('<', 9_000) };
        foreach (var kind in Enum.GetValues<OutboxKind>())
        {
            AssertLimits(SlackMessage.Build(Entry(Message(kind, transition) with { RuleName = new('>', 5_000), First = transition, FirstMessageId = new('x', 4_000) }), Page));
        }
    }

    [Theory]
    [InlineData("a<b>&c", 100, "a&lt;b&gt;&amp;c")]
    [InlineData("<!channel>", 100, "&lt;!channel&gt;")]
    [InlineData("tab\tbell\a", 100, "tab bell ")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abcd&&", 8, "abcd…")]
    [InlineData("ab😀😀", 5, "ab😀…")]
    public void Escape_NeverCutsAnEscapeOrACharacter(string text, int limit, string expected) => Assert.Equal(expected, SlackText.Escape(text, limit));

    [Fact]
    public void Escape_NeverExceedsItsLimit()
    {
        var random = new Random(1);
        for (var round = 0; round < 5_000; round++)
        {
            var limit = random.Next(1, 60);
            var escaped = SlackText.Escape(Hostile(random, random.Next(1, 80)), limit);
            Assert.True(escaped.Length <= limit, $"expected at most {limit}, found {escaped.Length}: {escaped}");
            Assert.DoesNotContain('<', escaped);
        }
    }

    private static void AssertLimits(JsonObject body)
    {
        var blocks = body["blocks"]!.AsArray();
        Assert.InRange(blocks.Count, 1, 50);
        Assert.InRange(((string?)body["text"])!.Length, 1, 3_000);
        var total = 0;
        foreach (var (path, text) in Texts(blocks, ""))
        {
            total += text.Length;
            var limit = path.Contains("header", StringComparison.Ordinal) ? 150 : path.Contains("fields", StringComparison.Ordinal) ? 2_000 : 3_000;
            Assert.InRange(text.Length, 1, limit);
            Assert.DoesNotMatch("&(?!amp;|lt;|gt;)", text);
            Assert.True(path.Contains("link", StringComparison.Ordinal) || !text.Contains('<', StringComparison.Ordinal), $"expected an escaped text, found {text}");
        }

        Assert.InRange(total, 1, 12_000);
        Assert.All(blocks, block => Assert.True(block!["fields"] is not JsonArray fields || fields.Count <= 10));
        using var _ = JsonDocument.Parse(body.ToJsonString());
    }

    private static IEnumerable<(string Path, string Text)> Texts(JsonNode? node, string path) => node switch
    {
        JsonArray array => array.SelectMany(item => Texts(item, path)),
        JsonObject text when text["text"] is JsonValue value => [($"{path}/{(((string)value!).StartsWith("<https://market.example/", StringComparison.Ordinal) ? "link" : "text")}", (string)value!)],
        JsonObject block => block.SelectMany(pair => Texts(pair.Value, $"{path}/{(string?)block["type"]}/{pair.Key}")),
        _ => [],
    };

    private static string Plain(JsonObject body) => string.Join('\n', Texts(body["blocks"], "").Select(text => text.Text));

    private static string Hostile(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (string[])["&", "<", ">", "😀", "a", "|", "*", "\n", "\u0001", "ß", "<!here>"]).Select(pieces => pieces[random.Next(pieces.Length)]));
}
