using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Prices;

public class PriceHttpTests
{
    /// <summary>Requests of one round are answered side by side: a short time that comes last does not end a long one.</summary>
    [Theory]
    [InlineData(600, 1)]
    [InlineData(1, 600)]
    public async Task TheLongestTimeToStayAway_Counts_WhicheverComesLast(int first, int second)
    {
        using var client = new HttpClient();
        var http = new PriceHttp("okx", client, new PriceSourceOptions { Endpoint = new("http://127.0.0.1:9"), Burst = 2 }, "test", new ManualTimeProvider());
        http.StayAway("HTTP 403", TimeSpan.FromSeconds(first));
        http.StayAway("HTTP 429", TimeSpan.FromSeconds(second));

        var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => http.GetAsync("/", default));

        Assert.Equal(TimeSpan.FromSeconds(600), failure.RetryAfter);
    }
}
