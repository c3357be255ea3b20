using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Ingress;

public sealed class ShardPlanTests
{
    [Theory]
    [InlineData(5, 4)]
    [InlineData(2, 4)]
    [InlineData(200, 7)]
    [InlineData(1, 1)]
    public void EverySymbolHasExactlyOneShard_AndNoShardIsEmpty(int symbols, int wanted)
    {
        SymbolSpec[] specs = [.. Enumerable.Range(0, symbols).Select(i => new SymbolSpec(new Symbol($"S{i}USDT"), 2, 2))];
        var shards = Enumerable.Range(0, ShardPlan.CountOf(symbols, wanted)).Select(shard => ShardPlan.SymbolsOf(specs, shard, wanted)).ToList();

        shards.SelectMany(shard => shard).OrderBy(spec => spec.Symbol.Value).ShouldBe(specs.OrderBy(spec => spec.Symbol.Value));
        shards.ShouldAllBe(shard => shard.Count > 0);
        foreach (var spec in specs)
        {
            shards[ShardPlan.ShardOf(specs, spec.Symbol, wanted)!.Value].ShouldContain(spec);
        }

        ShardPlan.ShardOf(specs, new Symbol("NOPE"), wanted).ShouldBeNull();
    }
}
