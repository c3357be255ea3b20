using OrleansMarket.Feeds.Binance;

namespace OrleansMarket.Feeds.Tests.Binance;

public sealed class BackoffTests
{
    [Fact]
    public void Next_DoublesTheCapUpToTheLargest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), () => 1);

        Assert.Equal([5, 10, 20, 40, 60, 60], Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds));
        backoff.Reset();
        Assert.Equal(5, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void Next_NeverOverflows()
    {
        var backoff = new Backoff(TimeSpan.FromHours(1), TimeSpan.FromDays(1), () => 1);

        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.InRange(backoff.Next(), TimeSpan.FromHours(1), TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Next_DrawsEvenlyFromNothingToTheCap()
    {
        var random = new Random(7);
        var pauses = Enumerable.Range(0, 10_000).Select(_ => new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), random.NextDouble).Next().TotalSeconds).ToArray();

        Assert.InRange(pauses.Average(), 0.48, 0.52);
        Assert.InRange(pauses.Min(), 0, 0.01);
        Assert.InRange(pauses.Max(), 0.99, 1);
    }
}
