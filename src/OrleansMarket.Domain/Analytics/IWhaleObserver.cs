namespace OrleansMarket.Domain.Analytics;

/// <summary>Hears of whales, in id order.</summary>
public interface IWhaleObserver
{
    /// <summary>A sweep reached the threshold, or a reported one was revised.</summary>
    void OnWhale(in Sweep sweep);
}
