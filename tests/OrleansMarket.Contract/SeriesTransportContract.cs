using System.Text;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Contract;

/// <summary>What a transport of time series does, against InfluxDB's write API on loopback and a real server behind it.</summary>
public abstract class SeriesTransportContract
{
    private static readonly byte[] Lines = Encoding.UTF8.GetBytes("m,t=a\\ b f=1,s=\"ü \\\"x\\\"\" 1\nm f=2i 2\n");

    [Fact]
    public async Task Write_SendsLinesCompressedToTheBucket()
    {
        await using var facade = await InfluxFacade.StartAsync();
        Assert.Equal(SeriesOutcome.Written, await WriteAsync(facade));

        var request = Assert.Single(facade.Requests);
        Assert.Equal(["m,t=a\\ b f=1,s=\"ü \\\"x\\\"\" 1", "m f=2i 2"], request.Lines);
        Assert.Equal("gzip", request.Encoding);
        Assert.Equal(204, request.Status);
        Assert.Equal(["bucket=market", "org=market org", "precision=ns"], request.Query[1..].Split('&').Select(Uri.UnescapeDataString).Order(StringComparer.Ordinal));
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

        var outcome = await WriteAsync(facade, clock: new ManualTimeProvider());
        Assert.Equal((SeriesStatus.Overloaded, TimeSpan.FromSeconds(seconds)), (outcome.Status, outcome.RetryAfter));
    }

    [Fact]
    public async Task Write_SaysThatNobodyAnswers()
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Answer(new InfluxAnswer(0));
        Assert.Equal(SeriesOutcome.Unreachable(Broken), await WriteAsync(facade));

        using var transport = Create(OptionsFor(new Uri($"http://127.0.0.1:{FreePort.Next()}")), TimeProvider.System);
        Assert.Equal(SeriesOutcome.Unreachable(Absent), await transport.WriteAsync(Lines, default));
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
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Write_IsReadBackByTheServer_AndABadLineIsNamed()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        using var transport = Create(OptionsFor(facade.Address), TimeProvider.System);
        Assert.Equal(SeriesOutcome.Written, await transport.WriteAsync("a,t=x f=1.5,s=\"ü\" 1795255200000000123\n"u8.ToArray(), default));
        var refused = await transport.WriteAsync("a f=2 1\na f=no 2\n"u8.ToArray(), default);

        Assert.Equal(SeriesStatus.Rejected, refused.Status);
        Assert.Contains("unable to parse 'a f=no 2'", refused.Problem, StringComparison.Ordinal);
        var row = Assert.Single(await server.QueryAsync(InfluxFacade.Bucket, "SELECT * FROM a WHERE t = 'x'"));
        Assert.Equal((1_795_255_200_000_000_123, 1.5, "ü"), (row["time"].GetInt64(), row["f"].GetDouble(), row["s"].GetString()));
    }

    /// <summary>Gets what it says of a connection that was cut.</summary>
    protected abstract string Broken { get; }

    /// <summary>Gets what it says where nobody listens.</summary>
    protected abstract string Absent { get; }

    /// <summary>Builds the transport.</summary>
    protected abstract SeriesTransport Create(InfluxOptions options, TimeProvider clock);

    // Whoever is here answers; on a busy machine, late.
    private static InfluxOptions OptionsFor(Uri address) => new()
    {
        Url = address.OriginalString,
        Token = InfluxFacade.Token,
        Org = InfluxFacade.Org,
        Bucket = InfluxFacade.Bucket,
        Timeout = TimeSpan.FromMinutes(2),
    };

    private async Task<SeriesOutcome> WriteAsync(InfluxFacade facade, Action<InfluxOptions>? change = null, TimeProvider? clock = null)
    {
        var options = OptionsFor(facade.Address);
        change?.Invoke(options);
        using var transport = Create(options, clock ?? TimeProvider.System);
        return await transport.WriteAsync(Lines, default);
    }
}
