using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Web.Tests.Jobs;

public class JobTests
{
    [Fact]
    public async Task Jobs_ShowTheirLastRuns_NewestFirst()
    {
        await using var web = await WebFixture.StartAsync();
        var jobs = web.Services.GetRequiredService<JobLog>();
        for (var run = 0; run < 5; run++)
        {
            await jobs.RunAsync("tail-check", web.Clock, outcome =>
            {
                web.Clock.Advance(TimeSpan.FromMilliseconds(250));
                if (run == 3)
                {
                    outcome.Fail("the exchange did not answer");
                }

                return Task.CompletedTask;
            }, default);
        }

        var job = (await web.GetAsync("/jobs?limit=2"))["jobs"]!.AsArray().Single(found => (string)found!["job"]! == "tail-check")!;
        Assert.Equal((4, 1), ((int)job["succeeded"]!, (int)job["failed"]!));
        var runs = job["runs"]!.AsArray();
        Assert.Equal([true, false], runs.Select(run => (bool)run!["success"]!));
        Assert.Equal("the exchange did not answer", (string)runs[1]!["error"]!);
        Assert.Equal(250, (double)runs[0]!["durationMs"]!);
    }
}
