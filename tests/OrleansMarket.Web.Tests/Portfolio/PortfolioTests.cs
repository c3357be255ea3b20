using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Portfolio;

public class PortfolioTests
{
    [Fact]
    public async Task Portfolio_IsStoredValuedListedAndRemoved()
    {
        await using var web = await WebFixture.StartAsync();
        var (added, stored) = await web.SendWithKeyAsync(HttpMethod.Put, "/api/portfolio/long-term", Body(("btc", 2m, 50_000m), ("USD", 10m, null)));
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("BTC", stored!["holdings"]![0]!["asset"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await web.SendWithKeyAsync(HttpMethod.Put, "/api/portfolio/long-term", Body(("BTC", 1m, 50_000m), ("USD", 10m, null)))).Response.StatusCode);

        var view = await web.GetAsync("/api/portfolio/long-term");
        var price = (await web.GetAsync("/api/btc-price"))["price"]!.GetValue<decimal>();
        Assert.Equal("live", view["source"]!["kind"]!.GetValue<string>());
        Assert.Equal(price + 10, view["worth"]!["value"]!["usd"]!.GetValue<decimal>());
        Assert.Equal(price - 50_000, view["worth"]!["profitLoss"]!["usd"]!.GetValue<decimal>());
        Assert.Equal("no price or no cost basis: USD", view["worth"]!["profitLoss"]!["reason"]!.GetValue<string>());
        Assert.Equal(["long-term", "main"], (await web.GetAsync("/api/portfolio"))["portfolios"]!.AsArray().Select(portfolio => portfolio!["name"]!.GetValue<string>()));

        Assert.Equal(HttpStatusCode.NoContent, (await web.SendWithKeyAsync(HttpMethod.Delete, "/api/portfolio/long-term")).Response.StatusCode);
        var (gone, problem) = await web.SendAsync(HttpMethod.Get, "/api/portfolio/long-term");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("expected the name of a portfolio, found 'long-term'", problem!["detail"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await web.SendWithKeyAsync(HttpMethod.Delete, "/api/portfolio/long-term")).Response.StatusCode);
    }

    [Fact]
    public async Task EveryFigure_TellsSourceAgeAndSamples()
    {
        await using var web = await WebFixture.StartAsync();
        await web.GetAsync("/api/portfolio/main");
        web.Clock.Advance(TimeSpan.FromSeconds(5));
        var view = await web.GetAsync("/api/portfolio/main");
        var (worth, risk) = (view["worth"]!, view["risk"]!);
        foreach (var (name, figure) in new[] { worth, risk }.SelectMany(part => part.AsObject()).Where(field => field.Value is JsonObject figure && figure.ContainsKey("samples")))
        {
            Assert.True(figure!["usd"] is not null || figure["ratio"] is not null, name);
            Assert.NotEmpty(figure["sources"]!.AsArray());
            Assert.True(figure["ageMs"]!.GetValue<long>() >= 5_000, name);
            Assert.True(figure["samples"]!.GetValue<int>() >= figure["needed"]!.GetValue<int>(), name);
        }

        Assert.Equal("no price: NOPE", worth["value"]!["reason"]!.GetValue<string>());
        var lines = worth["holdings"]!.AsArray().ToDictionary(line => line!["asset"]!.GetValue<string>(), line => line!);
        Assert.True(lines["SOL"]["isSingleSource"]!.GetValue<bool>());
        Assert.Contains("no source knows a price of NOPE", lines["NOPE"]["problem"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(3, risk["correlations"]!.AsArray().Count);
        Assert.Equal("2026-01-14", risk["lastDay"]!.GetValue<string>());
    }

    [Fact]
    public async Task DisputedPrice_IsSaidToBe()
    {
        await using var web = await WebFixture.StartAsync();
        web.Prices.Quote(FakePrices.Kraken, "BTC", "USD", 70_000m);
        var lines = (await web.GetAsync("/api/portfolio/main"))["worth"]!["holdings"]!.AsArray().ToDictionary(line => line!["asset"]!.GetValue<string>(), line => line!);
        Assert.True(lines["BTC"]["isDisputed"]!.GetValue<bool>());
        Assert.Contains("disputed: binance, kraken differ", lines["BTC"]["problem"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(lines["ETH"]["isDisputed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task TooLittleHistory_SaysHowMuchThereIs()
    {
        await using var web = await WebFixture.StartAsync();
        web.History.DaysOf = asset => asset == "SOL" ? 100 : 501;
        var risk = (await web.GetAsync("/api/portfolio/main"))["risk"]!;
        Assert.Null(risk["valueAtRisk95"]!["ratio"]);
        Assert.Equal("not enough history (99 of 250): SOL has 100 daily closes", risk["valueAtRisk99"]!["reason"]!.GetValue<string>());
        Assert.NotNull(risk["volatility"]!["ratio"]);
    }

    [Fact]
    public async Task Change_NeedsTheKey()
    {
        await using var web = await WebFixture.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await web.SendAsync(HttpMethod.Put, "/api/portfolio/main", Body(("BTC", 1m, null)))).Response.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await web.SendAsync(HttpMethod.Delete, "/api/portfolio/main")).Response.StatusCode);
        Assert.NotNull(await web.GetAsync("/api/portfolio/main"));
    }

    [Theory]
    [InlineData("Main", """{"holdings":[{"asset":"BTC","quantity":1}]}""", "name", "lower-case letters")]
    [InlineData("a", """{"holdings":[]}""", "holdings", "expected 1 to 50 holdings, found 0")]
    [InlineData("a", """{"holdings":null}""", "holdings", "found null")]
    [InlineData("a", """{}""", "body", "expected the fields holdings")]
    [InlineData("a", """{"holdings":[{"asset":"BTC","quantity":-1}]}""", "holdings[0].quantity", "found -1")]
    [InlineData("a", """{"holdings":[{"asset":"BTC","quantity":1,"costBasis":-5}]}""", "holdings[0].costBasis", "found -5")]
    [InlineData("a", """{"holdings":[{"asset":"B-T","quantity":1}]}""", "holdings[0].asset", "found 'B-T'")]
    [InlineData("a", """{"holdings":[{"asset":"BTC","quantity":1},{"asset":"btc","quantity":1}]}""", "holdings[1].asset", "each asset once")]
    [InlineData("a", """{"holdings":[null]}""", "holdings[0]", "found null")]
    [InlineData("a", """{"holdings":[{"asset":"BTC","quantity":1e40}]}""", "holdings[0].quantity", "a value of another type")]
    public async Task WrongHoldings_AreRefusedByField(string name, string body, string field, string error)
    {
        await using var web = await WebFixture.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var (response, problem) = await web.SendWithKeyAsync(HttpMethod.Put, $"/api/portfolio/{name}", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(error, problem!["errors"]![field]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilePortfolio_CannotBeChangedHere()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"portfolios":{"fixed":{"holdings":[{"asset":"ETH","quantity":1}]}}}""");
        await using var web = await WebFixture.StartAsync(("Portfolio:File", file));
        Assert.Equal("file", (await web.GetAsync("/api/portfolio/fixed"))["origin"]!.GetValue<string>());
        var (response, problem) = await web.SendWithKeyAsync(HttpMethod.Put, "/api/portfolio/fixed", Body(("BTC", 1m, null)));
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("Change the file", problem!["remedy"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await web.SendWithKeyAsync(HttpMethod.Delete, "/api/portfolio/fixed")).Response.StatusCode);
        File.Delete(file);
    }

    [Fact]
    public async Task FileWithAnError_IsFoundAtTheStart()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"portfolios":{"main":{"holdings":[{"asset":"ETH","quantity":0}]}}}""");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => WebFixture.StartAsync(("Portfolio:File", file)));
        Assert.Contains("portfolios.main.holdings[0].quantity: expected a number above 0", error.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Caches_CountHitsAndMisses()
    {
        await using var web = await WebFixture.StartAsync();
        await web.GetAsync("/api/portfolio/main");
        await web.GetAsync("/api/portfolio/main");
        web.Clock.Advance(TimeSpan.FromSeconds(30));
        await web.GetAsync("/api/portfolio/main");
        var caches = (await web.GetAsync("/api/quality"))["caches"]!.AsArray().ToDictionary(cache => cache!["cache"]!.GetValue<string>(), cache => cache!);
        Assert.Equal((1, 2), (caches["portfolio"]["hits"]!.GetValue<int>(), caches["portfolio"]["misses"]!.GetValue<int>()));
        Assert.Equal((2, 1), (caches["risk_metrics"]["hits"]!.GetValue<int>(), caches["risk_metrics"]["misses"]!.GetValue<int>()));
        Assert.Equal(1, web.History.Calls);
    }

    private static PutBody Body(params (string Asset, decimal Quantity, decimal? CostBasis)[] holdings) => new([.. holdings.Select(line => new Line(line.Asset, line.Quantity, line.CostBasis))]);

    private sealed record PutBody(IReadOnlyList<Line> Holdings);

    private sealed record Line(string Asset, decimal Quantity, decimal? CostBasis);
}
