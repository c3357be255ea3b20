using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class LineBufferTests
{
    [Fact]
    public void Write_FollowsTheProtocol()
    {
        var line = new LineBuffer();
        line.Begin("m").Tag("t", "a b,c=d");
        line.Field("decimal", 61_000.10m);
        line.Field("double", 1e-7);
        line.Field("integer", long.MinValue);
        line.Field("truth", true);
        line.Field("text", "a \"quoted\" \\ text, with = all");
        line.End(1_795_255_200_000_000_001);

        Assert.Equal(
            """
            m,t=a\ b\,c\=d decimal=61000.10,double=1E-07,integer=-9223372036854775808i,truth=true,text="a \"quoted\" \\ text, with = all" 1795255200000000001

            """.ReplaceLineEndings("\n"),
            Text(line));
    }

    [Fact]
    public void Write_LeavesOutWhatTheProtocolHasNoWordFor()
    {
        var line = new LineBuffer();
        line.Begin("m").Tag("empty", "");
        line.Field("nan", double.NaN);
        line.Field("infinite", double.PositiveInfinity);
        line.End(1);
        Assert.Equal(0, line.Count);

        line.Begin("m").Tag("empty", "");
        line.Field("nan", double.NaN);
        line.Field("one", 1L);
        line.End(2);
        Assert.Equal("m one=1i 2\n", Text(line));
    }

    [Fact]
    public void Write_KeepsALineInOneLine()
    {
        var line = new LineBuffer();
        line.Begin("m").Tag("t", "a\nb\\");
        line.Field("text", "c\r\nd");
        line.End(1);

        Assert.Equal("m,t=a\\ b text=\"c  d\" 1\n", Text(line));
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Write_IsReadBackByTheServer_WhateverItHolds()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        var samples = ArbMap.Default.GeneratorFor<(NonNull<string> Tag, NonNull<string> Text, decimal Decimal, NormalFloat Double, long Integer)>().Sample(300, 40).ToArray();
        var lines = new LineBuffer();
        for (var i = 0; i < samples.Length; i++)
        {
            lines.Begin("m").Tag("tag", samples[i].Tag.Get);
            lines.Field("text", samples[i].Text.Get);
            lines.Field("decimal", samples[i].Decimal);
            lines.Field("double", samples[i].Double.Get);
            lines.Field("integer", samples[i].Integer);
            lines.End(1_795_255_200_000_000_000 + i);
        }

        using var http = new HttpClient();
        using var body = new ReadOnlyMemoryContent(lines.Lines);
        using var answer = await http.PostAsync(new Uri(server.Address, $"write?db={InfluxFacade.Bucket}"), body);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        var rows = await server.QueryAsync(InfluxFacade.Bucket, "SELECT * FROM m");

        Assert.Equal(samples.Length, rows.Count);
        foreach (var (sample, row) in samples.Zip(rows))
        {
            Assert.Equal(Plain(sample.Tag.Get.TrimEnd('\\')), row["tag"].GetString() ?? "");
            Assert.Equal(Plain(sample.Text.Get), row["text"].GetString());
            Assert.Equal(double.Parse(sample.Decimal.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), row["decimal"].GetDouble());
            Assert.Equal(sample.Double.Get, row["double"].GetDouble());
            Assert.Equal(sample.Integer, row["integer"].GetInt64());
        }
    }

    private static string Plain(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? " " : rune.ToString()));

    private static string Text(LineBuffer lines) => Encoding.UTF8.GetString(lines.Lines.Span);
}
