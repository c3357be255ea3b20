using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrleansMarket.Feeds.Binance.Rest;

namespace OrleansMarket.Feeds.Tests.Binance.Rest;

/// <summary>Every answer the documentation knows ("HTTP return codes", "Error codes"), as a table.</summary>
public sealed class RestOutcomeReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    [Theory]
    [InlineData(200, null, "[]", RestOutcomeKind.Ok, 0, 0)]
    [InlineData(429, "30", """{"code":-1003,"msg":"Too much request weight used; current limit is 6000 request weight per 1 MINUTE."}""", RestOutcomeKind.Limited, -1003, 30)]
    [InlineData(429, null, """{"code":-1003,"msg":"Too many requests queued."}""", RestOutcomeKind.Limited, -1003, 60)]
    [InlineData(429, "0", "", RestOutcomeKind.Limited, 0, 1)]
    [InlineData(418, "7200", """{"code":-1003,"msg":"x"}""", RestOutcomeKind.Limited, -1003, 7200)]
    [InlineData(418, null, "", RestOutcomeKind.Limited, 0, 120)]
    [InlineData(418, "10", """{"code":-1003,"msg":"Way too much request weight used; IP banned until 1700000300000. Please use the websocket for live updates to avoid bans."}""", RestOutcomeKind.Limited, -1003, 300)]
    [InlineData(400, null, """{"code":-1003,"msg":"Way too many requests; IP banned until 1700000300000"}""", RestOutcomeKind.Limited, -1003, 300)]
    [InlineData(418, "900", """{"code":-1003,"msg":"IP banned until 1700000300000"}""", RestOutcomeKind.Limited, -1003, 900)]
    [InlineData(418, null, """{"code":-1003,"msg":"IP banned until 1600000300000"}""", RestOutcomeKind.Limited, -1003, 1)]
    [InlineData(400, null, """{"code":-1003,"msg":"Too many requests queued."}""", RestOutcomeKind.Limited, -1003, 60)]
    [InlineData(403, null, "<html>\n<title>403 Forbidden</title>", RestOutcomeKind.Limited, 0, 300)]
    [InlineData(403, "600", "", RestOutcomeKind.Limited, 0, 600)]
    [InlineData(451, null, """{"code":0,"msg":"Service unavailable from a restricted location according to 'b. Eligibility'"}""", RestOutcomeKind.Restricted, 0, 0)]
    [InlineData(404, null, "", RestOutcomeKind.NotServed, 0, 0)]
    [InlineData(500, null, """{"code":-1000,"msg":"An unknown error occurred while processing the request."}""", RestOutcomeKind.Failed, -1000, 0)]
    [InlineData(502, null, "<html>Bad gateway</html>", RestOutcomeKind.Failed, 0, 0)]
    [InlineData(503, "15", "", RestOutcomeKind.Failed, 0, 15)]
    [InlineData(408, null, """{"code":-1007,"msg":"Timeout waiting for response from backend server."}""", RestOutcomeKind.Failed, -1007, 0)]
    [InlineData(400, null, """{"code":-1001,"msg":"Internal error; unable to process your request."}""", RestOutcomeKind.Failed, -1001, 0)]
    [InlineData(400, null, """{"code":-1008,"msg":"Server is currently overloaded."}""", RestOutcomeKind.Failed, -1008, 0)]
    [InlineData(400, null, """{"code":-1016,"msg":"This service is no longer available."}""", RestOutcomeKind.Failed, -1016, 0)]
    [InlineData(400, null, """{"code":-1034,"msg":"Too many concurrent connections."}""", RestOutcomeKind.Failed, -1034, 0)]
    [InlineData(400, null, """{"code":-1121,"msg":"Invalid symbol."}""", RestOutcomeKind.Refused, -1121, 0)]
    [InlineData(400, null, """{"code":-1120,"msg":"Invalid interval."}""", RestOutcomeKind.Refused, -1120, 0)]
    [InlineData(400, null, "not json", RestOutcomeKind.Refused, 0, 0)]
    [InlineData(400, null, """{"code":"x","msg":7}""", RestOutcomeKind.Refused, 0, 0)]
    public void Read_JudgesEveryDocumentedAnswer(int status, string? retryAfter, string body, RestOutcomeKind kind, int code, int seconds)
    {
        var header = retryAfter is null ? null : RetryConditionHeaderValue.Parse(retryAfter);

        var outcome = RestOutcomeReader.Read((HttpStatusCode)status, header, Encoding.UTF8.GetBytes(body), Now);

        Assert.Equal((kind, code, TimeSpan.FromSeconds(seconds)), (outcome.Kind, outcome.Code, outcome.StayAway));
    }

    [Fact]
    public void Read_TakesRetryAfterAsADate()
    {
        var outcome = RestOutcomeReader.Read((HttpStatusCode)429, new RetryConditionHeaderValue(Now.AddSeconds(42)), default, Now);

        Assert.Equal(TimeSpan.FromSeconds(42), outcome.StayAway);
    }

    [Fact]
    public void Read_KeepsMessagesToOneShortLine()
    {
        var outcome = RestOutcomeReader.Read(HttpStatusCode.BadGateway, null, Encoding.UTF8.GetBytes("a\r\n\u001b[2Jb" + new string('x', 5_000)), Now);

        Assert.DoesNotContain(outcome.Message, char.IsControl);
        Assert.InRange(outcome.Message.Length, 10, 250);
    }
}
