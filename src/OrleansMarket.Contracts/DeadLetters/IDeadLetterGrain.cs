namespace OrleansMarket.Contracts.DeadLetters;

/// <summary>Hears what was refused, anywhere, and stores it. It answers nothing: letters are read from their store.</summary>
[Alias("market.dead-letters")]
public interface IDeadLetterGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one, and of its stream.</summary>
    const string Key = "all";
}
