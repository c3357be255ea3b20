namespace OrleansMarket.Domain.Pipeline;

/// <summary>What a request is for, the most urgent first; the less urgent may use less of the budget.</summary>
public enum RequestPriority : byte
{
    /// <summary>Needed to run: specifications, last ids, clock.</summary>
    Live,

    /// <summary>Finds missing trades: candles, figures and alerts wait for them.</summary>
    Repair,

    /// <summary>Compares candles with the exchange's: can wait.</summary>
    Audit,
}
