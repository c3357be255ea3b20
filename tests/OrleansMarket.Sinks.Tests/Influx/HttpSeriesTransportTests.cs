using System.Text;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class HttpSeriesTransportTests
{
    private static readonly byte[] Line = Encoding.UTF8.GetBytes("m f=1 1\n");

    [Fact]
    public async Task Write_SendsLinesCompressedToTheBucket()
    {
        await using var facade = await InfluxFacade.StartAsync();
        Assert.Equal(SeriesOutcome.Written, await WriteAsync(facade));

        var request = Assert.Single(facade.Requests);
        Assert.Equal(["m f=1 1"], request.Lines);
        Assert.Equal("gzip", request.Encoding);
        Assert.Equal("?org=market%20org&bucket=market&precision=ns", request.Query);
    }

    [Theory]
    [InlineData("wrong", InfluxFacade.Org, InfluxFacade.Bucket, "refuses the token (401): set Influx:Token or Influx:TokenFile")]
    [InlineData(InfluxFacade.Token, "other", InfluxFacade.Bucket, "expected bucket 'market' of organisation 'other', found none (404, organization name \"other\" not found): create it, or correct Influx:Bucket and Influx:Org")]
    [InlineData(InfluxFacade.Token, InfluxFacade.Org, "other", "bucket \"other\" not found")]
    public async Task Write_SaysWhatToFix(string token, string org, string bucket, string said)
    {
        await using var facade = await InfluxFacade.StartAsync();
        var outcome = await WriteAsync(facade, options => (options.Token, options.Org, options.Bucket) = (token, org, bucket));

        Assert.Equal(SeriesStatus.Refused, outcome.Status);
        Assert.Contains(said, outcome.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, SeriesStatus.Rejected, "why")]
    [InlineData(422, SeriesStatus.Rejected, "why")]
    [InlineData(403, SeriesStatus.Refused, "InfluxDB refuses the token (403): set Influx:Token or Influx:TokenFile to one that may write to bucket 'market' of organisation 'market org'")]
    [InlineData(413, SeriesStatus.TooLarge, "too large for the server (413, why)")]
    [InlineData(429, SeriesStatus.Overloaded, "InfluxDB asks us to wait (429, why)")]
    [InlineData(503, SeriesStatus.Overloaded, "InfluxDB asks us to wait (503, why)")]
    [InlineData(500, SeriesStatus.Unreachable, "InfluxDB failed (500, why)")]
    [InlineData(502, SeriesStatus.Unreachable, "InfluxDB failed (502, why)")]
    [InlineData(301, SeriesStatus.Refused, "InfluxDB redirects (301): set Influx:Url to where it leads")]
    [InlineData(405, SeriesStatus.Refused, "expected an answer of InfluxDB's write API, found 405, why: correct Influx:Url")]
    public async Task Write_JudgesTheAnswer(int status, SeriesStatus expected, string said)
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Answer(InfluxAnswer.Error(status, "code", "why"));

        Assert.Equal(new SeriesOutcome(expected, said), await WriteAsync(facade));
    }

    [Fact]
    public async Task Write_SaysThatTheServerIsTooOld()
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Answer(new InfluxAnswer(404, "404 page not found\n"));

        Assert.Equal(
            "expected InfluxDB 2 or newer at Influx:Url, found a server without /api/v2/write (404): correct the address", (await WriteAsync(facade)).Problem);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", 90)]
    [InlineData("Thu, 01 Jan 2015 00:01:30 GMT", 0)]
    [InlineData("999999999", 86_400)]
    public async Task Write_ReadsRetryAfter(string header, int seconds)
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Answer(new InfluxAnswer(503, "", header));

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await WriteAsync(facade, clock: new ManualTimeProvider())).RetryAfter);
    }

    [Fact]
    public async Task Write_SaysThatNobodyAnswers()
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Answer(new InfluxAnswer(0));
        Assert.Equal(SeriesOutcome.Unreachable("the connection broke"), await WriteAsync(facade));
        await facade.DisposeAsync();

        using var transport = new HttpSeriesTransport(Options.Create(OptionsFor(new Uri($"http://127.0.0.1:{FreePort.Next()}"))), TimeProvider.System);
        Assert.Equal(SeriesOutcome.Unreachable("no connection"), await transport.WriteAsync(Line, default));
    }

    [Fact]
    public async Task Write_NeverTellsTheToken()
    {
        await using var facade = await InfluxFacade.StartAsync();
        foreach (var status in (int[])[400, 401, 404, 413, 429, 500, 503, 301, 405])
        {
            facade.Answer(InfluxAnswer.Error(status, "code", $"you sent Authorization: Token {InfluxFacade.Token}"));
            Assert.DoesNotContain(InfluxFacade.Token, (await WriteAsync(facade)).Problem, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(InfluxFacade.Token, OptionsFor(facade.Address).ToString(), StringComparison.Ordinal);
    }

    private static InfluxOptions OptionsFor(Uri address) => new() { Url = address.OriginalString, Token = InfluxFacade.Token, Org = InfluxFacade.Org, Bucket = InfluxFacade.Bucket };

    private static async Task<SeriesOutcome> WriteAsync(InfluxFacade facade, Action<InfluxOptions>? change = null, TimeProvider? clock = null)
    {
        var options = OptionsFor(facade.Address);
        change?.Invoke(options);
        using var transport = new HttpSeriesTransport(Options.Create(options), clock ?? TimeProvider.System);
        return await transport.WriteAsync(Line, default);
    }
}
