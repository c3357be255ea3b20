using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;

namespace OrleansMarket.Web.Tests.Page;

public partial class PageFileTests
{
    [Fact]
    public async Task Root_IsThePageForBrowsersAndInformationForPrograms()
    {
        await using var web = await WebFixture.StartAsync();
        var (page, _) = await web.SendAsync(HttpMethod.Get, "/?symbol=BTCUSDT&interval=5m", null, "Accept: text/html,application/xhtml+xml,*/*;q=0.8");
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var (information, body) = await web.SendAsync(HttpMethod.Get, "/", null, "Accept: */*");
        Assert.Equal("application/json", information.Content.Headers.ContentType!.MediaType);
        Assert.Equal("/openapi/v1.json", body!["links"]!["openapi"]!.GetValue<string>());
        Assert.Contains("Accept", information.Headers.Vary);
    }

    [Fact]
    public async Task EveryFileThatThePageNames_IsServed_AndNothingComesFromElsewhere()
    {
        await using var web = await WebFixture.StartAsync();
        var waiting = new Queue<string>(["/index.html"]);
        var seen = new HashSet<string>();
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            using var response = await web.Client.GetAsync(path);
            Assert.True(response.IsSuccessStatusCode, path);
            if (path.StartsWith("/lib/", StringComparison.Ordinal) || path.EndsWith(".svg", StringComparison.Ordinal))
            {
                continue;
            }

            var text = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            foreach (Match match in Reference().Matches(text))
            {
                var target = match.Groups[1].Value;
                if (target is not ("/docs" or "https://www.tradingview.com/") && !target.StartsWith('#'))
                {
                    Assert.False(target.StartsWith("http", StringComparison.Ordinal), $"{path} names {target}");
                    waiting.Enqueue(new Uri(new Uri("http://page" + path), target).AbsolutePath);
                }
            }
        }

        Assert.Contains("/lib/lightweight-charts.mjs", seen);
        Assert.True(seen.Count > 15, $"only {seen.Count} files were found");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("")]
    public async Task File_IsCompressedAndKnownByItsTag(string encoding)
    {
        await using var web = await WebFixture.StartAsync();
        var (plain, _) = await web.SendAsync(HttpMethod.Get, "/lib/lightweight-charts.mjs");
        var expected = await plain.Content.ReadAsByteArrayAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Get, "/lib/lightweight-charts.mjs", null, $"Accept-Encoding: {encoding}");
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(expected, await DecodeAsync(body, encoding));
        Assert.True(encoding.Length == 0 || body.Length < expected.Length / 2);
        var (again, _) = await web.SendAsync(HttpMethod.Get, "/lib/lightweight-charts.mjs", null, $"Accept-Encoding: {encoding}", $"If-None-Match: {response.Headers.ETag}");
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task ChartLibrary_ComesWithItsLicenceAndNotice()
    {
        await using var web = await WebFixture.StartAsync();
        Assert.Contains("Apache License", await web.Client.GetStringAsync("/lib/lightweight-charts.LICENSE.txt"), StringComparison.Ordinal);
        Assert.Contains("TradingView", await web.Client.GetStringAsync("/lib/lightweight-charts.NOTICE.txt"), StringComparison.Ordinal);
        Assert.Contains("href=\"https://www.tradingview.com/\"", await web.Client.GetStringAsync("/index.html"), StringComparison.Ordinal);
    }

    private static async Task<byte[]> DecodeAsync(byte[] body, string encoding)
    {
        await using Stream stream = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => new MemoryStream(body),
        };
        using var plain = new MemoryStream();
        await stream.CopyToAsync(plain);
        return plain.ToArray();
    }

    [GeneratedRegex("""(?:href="|src="|from ')([^"']+)["']""")]
    private static partial Regex Reference();
}
