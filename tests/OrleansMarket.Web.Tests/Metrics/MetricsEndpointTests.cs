using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit;

namespace OrleansMarket.Web.Tests.Metrics;

public class MetricsEndpointTests
{
    [Fact]
    public async Task Metrics_ShowTheMarketAsItIsNow()
    {
        await using var web = await WebFixture.StartAsync();
        var text = await ScrapeAsync(web);
        Assert.Equal(987_642, text.Value("market_trades_produced_total"));
        Assert.Equal(0.04, text.Value("market_trade_age_seconds", ("market_symbol", "BTCUSDT")), 9);
        Assert.Equal(0.1426, text.Value("market_pipeline_latency_seconds", ("market_stage", "exchange"), ("market_percentile", "99")), 9);
        Assert.Equal(1, text.Value("market_health", ("market_status", "ok")));
        Assert.Equal(1, text.Value("market_source", ("market_source", "live")));
        Assert.Equal(5, text.Samples.Count(sample => sample.Name == "market_price"));

        web.Market.FrozenSince = web.Clock.GetUtcNow();
        web.Clock.Advance(TimeSpan.FromSeconds(60));
        text = await ScrapeAsync(web);
        Assert.Equal(60.04, text.Value("market_trade_age_seconds", ("market_symbol", "BTCUSDT")), 9);
        Assert.Equal(1, text.Value("market_stale", ("market_symbol", "BTCUSDT")));
        Assert.Equal(1, text.Value("market_health", ("market_status", "degraded")));
        Assert.Equal(0, text.Value("market_health", ("market_status", "ok")));
        Assert.Equal(0, text.Value("market_part_up", ("market_part", "slack")));
    }

    [Fact]
    public async Task Price_ThatDoesNotExist_HasNoSeries()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.IsStarting = true;
        Assert.DoesNotContain((await ScrapeAsync(web)).Samples, sample => sample.Name is "market_price" or "market_trade_age_seconds");
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task Metrics_AreServedWithoutTheMarket(Type failure)
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.Failure = (Exception)Activator.CreateInstance(failure)!;
        Assert.DoesNotContain((await ScrapeAsync(web)).Samples, sample => sample.Name == "market_price");
    }

    [Fact]
    public async Task Tags_AreBounded_WhateverIsAsked()
    {
        await using var web = await WebFixture.StartAsync();
        await ScrapeAsync(web);
        for (var i = 0; i < 50; i++)
        {
            (await web.Client.GetAsync($"/nothing/{i}")).Dispose();
            (await web.Client.GetAsync($"/market/NONE{i}")).Dispose();
        }

        var text = await ScrapeAsync(web);
        Assert.DoesNotContain(text.Samples, sample => sample.Labels.Values.Any(value => value.Contains("NONE", StringComparison.Ordinal) || value.Contains("/nothing/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Meters_OfTheProductAreShown_WithBucketsForSeconds_ButNotAnotherHostsMarket()
    {
        await using var other = await WebFixture.StartAsync();
        await using var web = await WebFixture.StartAsync();
        using var meter = new Meter("OrleansMarket.SomePart");
        meter.CreateHistogram<double>("market.some.delay", "s", "A delay.").Record(0.003);
        other.Market.IsStarting = true;
        await ScrapeAsync(other);
        var text = await ScrapeAsync(web);
        Assert.Equal(1, text.Value("market_some_delay_seconds_bucket", ("le", "0.005")));
        Assert.Equal(0, text.Value("market_some_delay_seconds_bucket", ("le", "0.0025")));
        Assert.Equal(987_642, text.Value("market_trades_produced_total"));
    }

    [NeedsFact(NeedsFactAttribute.Promtool)]
    public async Task Metrics_PassPromtool()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.HasOpenGap = true;
        await web.Services.GetRequiredService<JobLog>().RunAsync("market_data.fetch_btc_price_realtime", web.Clock, _ => Task.CompletedTask, default);
        var prices = new PriceInstruments(web.Services.GetRequiredService<IMeterFactory>());
        prices.Show(await web.Prices.GetAsync(["BTC"], default), await web.Prices.DescribeAsync(default));
        prices.OnCacheRead("BTC", hit: true);
        prices.OnCacheRead("BTC", hit: false);
        prices.OnCall("kraken", "ok", TimeSpan.FromMilliseconds(120), forBitcoin: true);
        using var response = await web.Client.GetAsync("/metrics");
        using var promtool = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable(NeedsFactAttribute.Promtool)!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(await response.Content.ReadAsStringAsync());
        promtool.StandardInput.Close();
        var advice = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.Equal((0, ""), (promtool.ExitCode, advice));
    }

    [Fact]
    public async Task TheJobThatFetchesBitcoinsPrice_IsCountedUnderTheNamesThatDashboardsKnow()
    {
        await using var web = await WebFixture.StartAsync();
        var jobs = web.Services.GetRequiredService<JobLog>();
        await jobs.RunAsync("market_data.fetch_btc_price_realtime", web.Clock, _ => Task.CompletedTask, default);
        await jobs.RunAsync("market_data.fetch_btc_price_realtime", web.Clock, outcome =>
        {
            outcome.Fail("no source");
            return Task.CompletedTask;
        }, default);
        await jobs.RunAsync("tail-check", web.Clock, _ => Task.CompletedTask, default);
        var text = await ScrapeAsync(web);
        Assert.Equal(2, text.Value("celery_task_started_total", ("task_name", "fetch_btc_price_realtime")));
        Assert.Equal(1, text.Value("celery_task_succeeded_total", ("task_name", "fetch_btc_price_realtime")));
        Assert.Equal(2, text.Value("celery_task_duration_seconds_count", ("task_name", "fetch_btc_price_realtime")));
        Assert.Equal(1, text.Value("market_job_runs_total", ("market_job", "market_data.fetch_btc_price_realtime"), ("market_outcome", "failed")));
        Assert.Equal(1, text.Value("market_job_runs_total", ("market_job", "tail-check"), ("market_outcome", "ok")));
        Assert.DoesNotContain(text.Samples, sample => sample.Labels.GetValueOrDefault("task_name") == "tail-check");
    }

    private static async Task<Exposition> ScrapeAsync(WebFixture web)
    {
        using var response = await web.Client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return Exposition.Parse(await response.Content.ReadAsStringAsync());
    }
}
