using OrleansMarket.Domain;
using OrleansMarket.Silo.Redis;
using OrleansMarket.TestKit;
using Shouldly;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Tests.Redis;

public sealed class SharedApiKeyTests
{
    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task CheckAsync_LetsOnlySilosWithTheSameKeyStart()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        await SharedApiKey.CheckAsync(bench.Store, "the-key-of-the-cluster", default);
        await SharedApiKey.CheckAsync(bench.Store, "the-key-of-the-cluster", default);

        var other = await Should.ThrowAsync<CorrectableException>(() => SharedApiKey.CheckAsync(bench.Store, "another-key-altogether", default));
        var none = await Should.ThrowAsync<CorrectableException>(() => SharedApiKey.CheckAsync(bench.Store, new OrleansMarket.Web.MarketWebOptions(), default));

        other.Message.ShouldStartWith("API_KEY: expected the key of the other silos, found another");
        none.Message.ShouldStartWith("API_KEY: expected the key that every silo of the cluster has, found none");
        RedisValue kept = await bench.Store.Database.StringGetAsync(bench.Store.Key("api-key"));
        ((string)kept!).ShouldNotContain("the-key-of-the-cluster");
    }
}
